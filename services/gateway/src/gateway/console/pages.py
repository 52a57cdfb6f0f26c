"""Templates made into pages. All that people wrote is escaped; nothing is marked as safe."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from contracts.request_id import current_request_id
from gateway.console import shown
from gateway.console.places import STATIC, TOP
from gateway.console.sessions import Visitor

SAID = {
    "told": "The events are being told again.",
    "retried": "It is being tried again. This page shows how far it is.",
    "dismissed": "It rests. It stays in the list, and nothing complains of it any more.",
    "deleted": "The document is deleted; no search finds it any more.",
    "known": "This very content is indexed already; nothing was changed.",
    "signed-out": "You are signed out.",
}
"""What a page says after a button was pressed; the address holds the word before the colon only."""


class Place(NamedTuple):
    """A part of the console: its name, where it is, which service a key needs for it."""

    name: str
    path: str
    service: str


PLACES = (
    Place("Overview", "/", ""),
    Place("Reports", "/reports", "gateway"),
    Place("Notices", "/notices", "notifier"),
    Place("Documents", "/documents", "knowledge"),
    Place("Test search", "/search", "knowledge"),
)

_templates = Environment(
    loader=PackageLoader("gateway.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(
    when=shown.when,
    iso=datetime.isoformat,
    ago=shown.ago,
    size=shown.size,
    web_link=shown.web_link,
    oneline=shown.oneline,
)
_templates.globals.update(
    TOP=TOP,
    STATIC=STATIC,
    action_titles=shown.ACTION_TITLES,
    step_titles=shown.STEP_TITLES,
)


def page(
    request: Request,
    template: str,
    *,
    http_status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """Render *template* for whoever looks."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    has_knowledge = request.app.state.gateway.state.settings.has_knowledge
    html = _templates.get_template(template).render(
        visitor=visitor,
        places=[p for p in PLACES if has_knowledge or p.service != "knowledge"],
        here=request.scope["path"].removeprefix(TOP),
        said=SAID.get(request.query_params.get("said", ""), ""),
        now=datetime.now(UTC),
        request_id=current_request_id(),
        **values,
    )
    return HTMLResponse(html, status_code=http_status, headers=dict(headers or {}))


def onward(path: str, said: str = "") -> Response:
    """Send the browser to a page of ours after a button was pressed, so that going back presses nothing."""
    return RedirectResponse(
        f"{TOP}{path}" + (f"?said={said}" if said else ""), status_code=303
    )
