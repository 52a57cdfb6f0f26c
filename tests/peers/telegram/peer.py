"""The Telegram test peer: a world, a TCP server, and a script's hold on both."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.waiting import WAIT_S

from .caller import Server
from .faults import Faults
from .groups import Group
from .keys import ServerKey, process_key
from .people import Person
from .queries import Answer
from .records import Button, Message, Profile
from .session_files import session_file
from .sessions import AuthKey, Sessions
from .state import State
from .switchboard import Call, Switchboard
from .uploads import Uploads
from .wire import Wire
from .world import World

_FIRST_USER = 7001


class TelegramPeer:
    """
    Telegram on a loopback port; use it as an async context manager.

    Args:
        state: A file that keeps everything for the next start; in memory without it.
        port: 0 takes a free one.
    """

    api_id = 12345
    api_hash = "0123456789abcdef0123456789abcdef"

    def __init__(
        self, state: Path | None = None, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._state = State(state)
        self._host = host
        self._port = port
        self._key: ServerKey = self._state.load("server key").get(0) or process_key()
        self._state.save("server key", 0, self._key)
        self.world = World(self._state)
        self._sessions = Sessions(self._state)
        self._switchboard = Switchboard(self.world, self._sessions)
        self._wires: set[asyncio.Task[Any]] = set()
        self._failures: list[Exception] = []
        self._late: set[asyncio.Task[None]] = set()
        bots = [p for p in self.world.profiles.values() if p.bot_token is not None]
        self.bot = bots[0] if bots else self.add_bot("ETM")

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._serve, self._host, self._port)
        self._port = self._listener.sockets[0].getsockname()[1]
        self._switchboard.server = Server(
            self._host,
            self._port,
            self.api_id,
            self.api_hash,
            self.world,
            self._sessions,
            self.faults,
            self._switchboard.queries,
            Uploads(),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()
        for task in self._late | self._wires:
            task.cancel()
        await asyncio.gather(*self._late, *self._wires, return_exceptions=True)
        await self._listener.wait_closed()
        self._state.close()
        if self._failures and error is None:
            raise ExceptionGroup("the peer could not answer", self._failures)

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"{self._host}:{self._port}"

    @property
    def public_key_pem(self) -> str:
        """The RSA key a client must trust, PKCS#1."""
        return self._key.public_pem

    @property
    def bot_token(self) -> str:
        """The first bot's."""
        return self.bot.bot_token or ""

    @property
    def faults(self) -> Faults:
        """What goes wrong on demand."""
        return self._switchboard.faults

    @property
    def calls(self) -> list[Call]:
        """Every request received, in order."""
        return self._switchboard.calls

    @property
    def unknown(self) -> list[str]:
        """Methods that were asked for and that this peer does not have."""
        return self._switchboard.unknown

    @property
    def commands(self) -> dict[str, str]:
        """The first bot's menu: command and description."""
        menu = self.world.commands.get(self.bot.id, [])
        return {entry.command: entry.description for entry in menu}

    @property
    def listening(self) -> int:
        """How many sessions of the first bot are connected and get updates."""
        return len(self._sessions.listening(self.bot.id))

    def add_bot(self, name: str) -> Profile:
        """One more bot; the ``bot_token`` of its profile logs it in."""
        bot_id = self.world.count("user", _FIRST_USER)
        return self.world.add_profile(
            Profile(
                bot_id,
                secrets.randbits(62),
                name,
                username=f"{name.lower()}_bot",
                bot_token=f"{bot_id}:peer-{secrets.token_hex(8)}",
            )
        )

    def log_in(self, file: Path) -> None:
        """Make *file* the session file of a client that is the first bot already: a log-in is 0.1 s of arithmetic."""
        auth = AuthKey(secrets.token_bytes(256), salt=0)
        self._sessions.log_in(auth, self.bot.id)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(session_file(auth.key, self.bot.id, self.api_id))

    def add_user(
        self, first_name: str, last_name: str | None = None, username: str | None = None
    ) -> Person:
        """A human; whoever has that name already when the state knows one."""
        for profile in self.world.profiles.values():
            name = (profile.first_name, profile.last_name)
            if profile.bot_token is None and name == (first_name, last_name):
                return Person(self, profile)
        user_id = self.world.count("user", _FIRST_USER)
        access_hash = secrets.randbits(62)
        profile = Profile(user_id, access_hash, first_name, last_name, username)
        return Person(self, self.world.add_profile(profile))

    def add_group(
        self,
        group_id: int,
        title: str,
        members: Sequence[Person] = (),
        *,
        bot: bool = True,
    ) -> Group:
        """A basic group with an id such as -5000000001; the first bot is in it, or not."""
        bots = [self.bot.id] if bot else []
        group = Group(self.world, self.world.add_chat((0, group_id), title, bots))
        group.add(*members)
        return group

    add_supergroup = add_group
    """The same with an id such as -1001234567890; ids tell the two apart."""

    def later(self, delay_s: float, action: Callable[[], Any]) -> None:
        """Let something happen in a while."""

        async def wait() -> None:
            await asyncio.sleep(delay_s)
            action()

        task = asyncio.create_task(wait())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def settled(self) -> None:
        """Wait until everything that was to come late has come."""
        while self._late:
            await asyncio.gather(*self._late)

    async def until(
        self, condition: Callable[[], Any], timeout_s: float = WAIT_S
    ) -> Any:
        """
        Wait for *condition*, looked at after each change and each request.

        Raises:
            TimeoutError: It did not hold within *timeout_s*.
        """
        return await self.world.until(condition, timeout_s)

    async def press(
        self, profile: Profile, message: Message, button: Button, timeout_s: float
    ) -> Answer:
        """
        Press a button of a bot's message, and wait for what the bot says.

        Raises:
            NoAnswer: It says nothing within *timeout_s*.
        """
        return await self._switchboard.ask(profile, message, button, timeout_s)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._wires.add(task)
        task.add_done_callback(self._ended)
        wire = Wire(
            reader,
            writer,
            key=self._key,
            sessions=self._sessions,
            answer=self._switchboard.answer,
        )
        await wire.serve()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._wires.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._failures.append(error)
