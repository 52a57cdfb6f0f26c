"""A service's OpenAPI document, and the page of it: all of that from the service itself, as a LAN may have no web."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

_ASSETS = ("fastapi_offline", "static")
_KEYS: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of `API_KEYS`.",
    },
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The same, as n8n sends it.",
    },
}


class DescribedApp(FastAPI):
    """Says which keys open its routes; who asks for them is `chassis.auth`."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        document["components"]["securitySchemes"] = _KEYS
        document["security"] = [{name: []} for name in _KEYS]
        document["paths"]["/healthz"]["get"]["security"] = []
        return document


def add_docs_page(app: FastAPI, url: str) -> None:
    """Serve the page at *url*, what it needs below it."""

    @app.get(url, include_in_schema=False)
    async def page() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=str(app.openapi_url),
            title=app.title,
            swagger_js_url=f"{url}/assets/swagger-ui-bundle.js",
            swagger_css_url=f"{url}/assets/swagger-ui.css",
            swagger_favicon_url=f"{url}/assets/favicon.png",
            swagger_ui_parameters={"validatorUrl": None},  # swagger.io's
        )

    app.mount(f"{url}/assets", StaticFiles(packages=[_ASSETS]))
    app.docs_url = url  # the 404s name it
