"""Events that webhooks have not taken: the overview tells of them, and has them brought again."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.console.pages import onward
from gateway.console.parts import Needs, Parts

router = APIRouter(
    prefix="/events",
    include_in_schema=False,
    dependencies=[Depends(Needs("gateway", write=True))],
)


@router.post("/retry")
async def retry_all(parts: Parts) -> Response:
    await parts.events.retry_all()
    return onward("/", "told")
