"""Between sessions and the world: requests are noted, spoiled or answered; updates are pushed."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyrogram import raw

from .caller import Caller, Server
from .faults import Faults
from .methods import ANSWERS
from .queries import Answer, NoAnswer, Queries
from .records import Button, Event, Message, Profile
from .refusals import Refused
from .rendering import View, peer
from .sessions import Session, Sessions
from .wire import ConnectionCut
from .world import World

_WRAPPERS = (
    raw.functions.InvokeWithLayer,
    raw.functions.InitConnection,
    raw.functions.InvokeWithoutUpdates,
)
_NO_SUBSCRIPTION = ("upload.", "help.", "auth.")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, *at* seconds since 1970; uploaded parts are kept without their bytes."""

    method: str
    bot_id: int | None
    session_id: int
    request: Any
    at: float


class Switchboard:
    """What all connections of one peer share."""

    def __init__(self, world: World, sessions: Sessions) -> None:
        self._world = world
        self._sessions = sessions
        self._acting: Session | None = None
        self.faults = Faults(self.cut, self._expire_references)
        self.queries = Queries()
        self.calls: list[Call] = []
        self.unknown: list[str] = []
        self.server: Server | None = None
        world.listeners.append(self._push_event)

    def answer(self, session: Session, request: Any) -> Any:
        """
        Execute one request.

        Raises:
            ConnectionCut: A fault wants the connection closed.
        """
        query, subscribes = _unwrapped(request)
        method = query.QUALNAME.removeprefix("functions.")
        self._note(method, session, query)
        session.wants_updates |= subscribes and not method.startswith(_NO_SUBSCRIPTION)
        if self.faults.strikes("cut before", method.lower()):
            raise ConnectionCut
        answer = self._execute(session, method, query)
        if self.faults.strikes("cut after", method.lower()):
            raise ConnectionCut
        return answer

    def push(self, bot_id: int, updates: Any) -> None:
        """Send updates to all sessions of a bot that want them, save the one that caused them."""
        listening = [
            s for s in self._sessions.listening(bot_id) if s is not self._acting
        ]
        if not listening or self.faults.strikes("silence"):
            return
        copies = 2 if self.faults.strikes("duplicate") else 1
        for session in listening * copies:
            if session.wire is not None:
                session.wire.push(session, updates)

    async def ask(
        self, profile: Profile, message: Message, button: Button, timeout_s: float
    ) -> Answer:
        """
        Send a callback query to the bot that sent *message*; wait for what it says.

        Raises:
            NoAnswer: It says nothing within *timeout_s*.
        """
        query_id, answer = self.queries.open()
        chat = self._world.chats[message.chat]
        query = raw.types.UpdateBotCallbackQuery(
            query_id=query_id,
            user_id=profile.id,
            peer=peer(chat),
            msg_id=message.id,
            chat_instance=chat.access_hash,
            data=button.data,
        )
        bot_id = message.sender_id
        if self._sessions.listening(bot_id) or not self.faults.strikes("kept presses"):
            self.push(bot_id, View(self._world, bot_id).updates([query], [chat]))
        else:
            self.queries.keep(bot_id, query)
        try:
            async with asyncio.timeout(timeout_s):
                return await answer
        except TimeoutError:
            raise NoAnswer(f"no answer to [ {button.text} ]") from None
        finally:
            self.queries.close(query_id)

    def cut(self) -> int:
        """Close all connections; says how many."""
        wires = self._sessions.wires()
        for wire in wires:
            wire.cut()
        return len(wires)

    def _execute(self, session: Session, method: str, query: Any) -> Any:
        assert self.server is not None
        self._acting = session
        try:
            return self._handler(method, query)(Caller(self.server, session), query)
        except Refused as refusal:
            return raw.types.RpcError(
                error_code=refusal.code, error_message=refusal.name
            )
        finally:
            self._acting = None
            self._world.tell()

    def _handler(self, method: str, query: Any) -> Callable[[Caller, Any], Any]:
        if fault := self.faults.strikes("error", method.lower(), query):
            raise Refused(fault.code, fault.name)
        if type(query) not in ANSWERS:
            self.unknown.append(method)
            raise Refused(400, "INPUT_METHOD_INVALID")
        return ANSWERS[type(query)]

    def _note(self, method: str, session: Session, query: Any) -> None:
        if method.startswith("upload.Save"):
            slim = {name: getattr(query, name) for name in query.__slots__}
            query = type(query)(**slim | {"bytes": b""})
        call = Call(method, session.auth.bot_id, session.id, query, time.time())
        self.calls.append(call)

    def _push_event(self, bot_id: int, event: Event) -> None:
        view = View(self._world, bot_id)
        chat = self._world.chats[event.chat]
        self.push(bot_id, view.updates([view.update(event)], [chat]))

    def _expire_references(self) -> None:
        for file in list(self._world.files.values()):
            file.generation += 1
            self._world.keep_file(file)


def _unwrapped(request: Any) -> tuple[Any, bool]:
    """The method inside its wrappers, and whether it subscribes its session to updates."""
    subscribes = True
    while isinstance(request, _WRAPPERS):
        subscribes &= not isinstance(request, raw.functions.InvokeWithoutUpdates)
        request = request.query
    return request, subscribes
