"""A chat as people read it, and waiting for something to appear in it."""

from .records import Chat, Message
from .world import World


class NotSeen(AssertionError):
    """Something did not appear in time; the error shows the chat as it was."""


def transcript(messages: list[Message]) -> str:
    """A chat as text, for who reads a failed test or the demo."""
    lines = []
    for message in messages:
        who = "🤖" if message.from_bot else "👷"
        media = message.media
        attached = f" [{media.name or media.mime}, {media.size} bytes]" if media else ""
        lines.append(f"{message.date:%H:%M:%S} {who}{attached} {message.text}")
        rows = ("  ".join(f"[ {b.text} ]" for b in row) for row in message.buttons)
        lines.extend(f"         {row}" for row in rows)
    return "\n".join(lines)


async def see(
    world: World,
    chat: Chat,
    text: str,
    timeout_s: float,
    *,
    after: Message | None,
    from_bot: bool = False,
) -> Message:
    """
    Wait for the newest message of *chat* whose current text contains *text*.

    Args:
        after: Look at what came later than this message only; an old one may read the same.
        from_bot: Look at bots' messages only.

    Raises:
        NotSeen: None did within *timeout_s*.
    """

    def newest() -> Message | None:
        least = after.id if after else 0
        late = (m for m in reversed(chat.visible()) if m.id > least)
        seen = (m for m in late if m.from_bot or not from_bot)
        return next((message for message in seen if text in message.text), None)

    try:
        found: Message = await world.until(newest, timeout_s)
    except TimeoutError:
        raise NotSeen(f"no {text!r} in:\n{transcript(chat.visible())}") from None
    return found
