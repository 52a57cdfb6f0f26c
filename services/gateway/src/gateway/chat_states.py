"""Where each technician's conversation stands."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.actions import Action
from gateway import database
from gateway.database import conversations


class Step(StrEnum):
    """``choosing`` and ``typing`` both lead to a chantier; ``collecting`` gathers what the report is made of."""

    IDLE = "idle"
    CHOOSING = "choosing"
    TYPING = "typing"
    COLLECTING = "collecting"


NAMING = (Step.CHOOSING, Step.TYPING)


@dataclass(frozen=True)
class ChatState:
    """
    One chat's state.

    ``offer`` names the list of chantiers on display; ``chantier`` (the folder's name) and ``client`` what was
    chosen from it; ``report_id`` the report that is being made, which exists from its first photo or text on.
    """

    chat_id: int
    step: Step = Step.IDLE
    action: Action | None = None
    offer: str | None = None
    chantier: str = ""
    client: str = ""
    report_id: str | None = None


async def state_of(db: AsyncConnection, chat_id: int) -> ChatState:
    query = select(conversations).where(conversations.c.chat_id == chat_id)
    row = (await db.execute(query)).mappings().one_or_none()
    if row is None:
        return ChatState(chat_id)
    action = Action(row["action"]) if row["action"] else None
    return ChatState(**{**row, "step": Step(row["step"]), "action": action})


async def keep(db: AsyncConnection, state: ChatState) -> None:
    await database.put(db, conversations, asdict(state))


async def leave(db: AsyncConnection, chat_id: int, report_id: str) -> None:
    """End the conversation about a report that is no longer open; another one goes on."""
    await db.execute(
        update(conversations)
        .where(conversations.c.chat_id == chat_id)
        .where(conversations.c.report_id == report_id)
        .values(step=Step.IDLE, action=None, offer=None, report_id=None)
    )
