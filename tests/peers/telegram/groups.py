"""A group, looked at from outside."""

from typing import TYPE_CHECKING

from tests.waiting import WAIT_S

from .records import Chat, Message
from .transcript import see
from .world import World

if TYPE_CHECKING:
    from .people import Person


class Group:
    """A basic group or a supergroup, and who is in it."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.state = chat

    @property
    def id(self) -> int:
        """The marked id, such as -5000000001."""
        return self.state.key[1]

    @property
    def messages(self) -> list[Message]:
        """Its messages as everybody sees them now, oldest first."""
        return self.state.visible()

    async def sees(
        self, text: str, timeout_s: float = WAIT_S, *, after: Message | None = None
    ) -> Message:
        """Wait for the newest message (later than *after*) whose current text contains *text*."""
        return await see(self._world, self.state, text, timeout_s, after=after)

    def add(self, *people: "Person") -> None:
        """Let people in."""
        members = self.state.members
        members += [person.id for person in people if person.id not in members]
        self._world.keep_chat(self.state)

    def remove(self, *people: "Person") -> None:
        """Take people out."""
        gone = [person.id for person in people]
        self.state.members = [m for m in self.state.members if m not in gone]
        self.state.former += gone
        self._world.keep_chat(self.state)

    def upgrade(self, group_id: int) -> "Group":
        """
        Make a supergroup of a basic group; what is known of the old one is in core.telegram.org/constructor/chat.

        Whoever writes there is not refused here: how Telegram refuses him was not seen.
        """
        chat = self._world.add_chat((0, group_id), self.state.title, self.state.members)
        self.state.became = (chat.raw_id, chat.access_hash)
        self._world.keep_chat(self.state)
        return Group(self._world, chat)
