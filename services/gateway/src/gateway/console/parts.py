"""What the console's pages look at."""

from typing import Annotated

from fastapi import Depends, FastAPI, Request

from contracts.errors import Forbidden, NotFound
from contracts.knowledge_client import KnowledgeClient
from contracts.notifier_client import NotifierClient
from contracts.storage_client import StorageClient
from gateway.console.sessions import Visitor
from gateway.parts import GatewayParts


class ConsoleParts:
    """The gateway's own records, and the other services asked once: a person looks again by himself."""

    def __init__(self, gateway: FastAPI) -> None:
        parts: GatewayParts = gateway.state.parts
        self.gateway = gateway
        self.outside = parts.outside
        self.engine = parts.engine
        self.archive = parts.archive
        self.events = parts.events
        self.storage = StorageClient(parts.outside.storage, patience_s=0)
        self.notifier = NotifierClient(parts.outside.notifier, patience_s=0)

    @property
    def has_knowledge(self) -> bool:
        return self.outside.knowledge is not None

    @property
    def knowledge(self) -> KnowledgeClient:
        """
        Raises:
            NotFound: The admin wants none.
        """
        if self.outside.knowledge is None:
            raise NotFound(
                "There is no knowledge here: the gateway's KNOWLEDGE_URL is none."
            )
        return KnowledgeClient(self.outside.knowledge, patience_s=0)


async def _parts(request: Request) -> ConsoleParts:
    return ConsoleParts(request.app.state.gateway)


async def _visitor(request: Request) -> Visitor:
    visitor: Visitor = request.state.visitor
    return visitor


Parts = Annotated[ConsoleParts, Depends(_parts)]
Looks = Annotated[Visitor, Depends(_visitor)]


class Needs:
    """
    A dependency: the key has to be allowed this.

    The gateway asks the other services with its own key, which may do more than the visitor's.
    """

    def __init__(self, service: str, *, write: bool = False) -> None:
        self._service = service
        self._write = write

    async def __call__(self, visitor: Looks) -> None:
        """
        Raises:
            Forbidden: It is not.
        """
        if not visitor.may(self._service, write=self._write):
            kind = "change" if self._write else "see"
            raise Forbidden(
                f"You signed in with the key {visitor.name!r}, which may not {kind} anything of the {self._service}. "
                "Sign in with another, or add the scope in API_KEYS."
            )
