"""From an action to a chantier: by the list, or by what was typed."""

from dataclasses import replace
from datetime import UTC, datetime

from contracts.actions import new_chantier_name
from contracts.errors import ServiceError
from gateway import menus, texts
from gateway.chantiers import ChantierBook, folder_for
from gateway.chat_states import ChatState, Step
from gateway.likeness import CORRECTED, is_same, nearest
from gateway.menus import Choice
from gateway.offers import Offer, new_token
from gateway.received import Received
from gateway.replies import Reply
from gateway.reports import is_complete
from gateway.turns import Turn
from gateway.universal_input import universal_input


class ChantierChooser:
    """Each method is one turn; *edits* is the message whose button was pressed, if one was."""

    def __init__(self, book: ChantierBook) -> None:
        self._book = book

    async def choose(
        self, state: ChatState, edits: int, offer: Offer | None = None, page: int = 0
    ) -> Turn:
        """Show a page of the list, of a new one where there is no *offer*; where it cannot be had, ask for the name."""
        try:
            offer = await self._book.with_page(
                offer or Offer(new_token(), state.chat_id), page
            )
        except ServiceError:
            return ask_name(state, texts.LIST_DOWN, edits)
        if not offer.choices:
            return ask_name(state, texts.NO_CHANTIER, edits, has_list=False)
        buttons = menus.chantiers(
            _id(state),
            offer.token,
            page,
            offer.choices,
            more=offer.has_page_after(page),
        )
        choosing = replace(state, step=Step.CHOOSING, offer=offer.token)
        return Turn(choosing, (Reply(texts.CHOOSE_CHANTIER, buttons, edits),), offer)

    async def name(
        self,
        state: ChatState,
        note: Received,
        before: tuple[Received, ...],
        edits: int | None = None,
        asked: Offer | None = None,
    ) -> Turn:
        """
        Take a typed ``NomChantier / description``: of the very name of a chantier, else ask.

        *before* came first; what it was *asked* about, and was not said to be a name, is part of the description.
        """
        typed = universal_input(note.text)
        new = new_chantier(typed.chantier, note.sent_at)
        notes = _remark(asked, new, before)
        if typed.description:
            notes += (replace(note, text=typed.description),)
        told = (*before, *notes)
        if not typed.chantier:
            return replace(ask_name(state, texts.NO_NAME, edits), notes=notes)
        try:
            near = await self._book.near(typed.chantier)
        except ServiceError:  # work goes on under the name as typed
            turn = take(state, new, edits, told)
            return replace(turn, notes=notes, typed=typed.chantier)
        same = [choice for choice in near if is_same(typed.chantier, choice)]
        if len(same) == 1:
            turn = take(state, same[0], edits, told)
        else:
            turn = _proposed(state, near, typed.chantier, note.message_id, edits)
        return replace(turn, notes=notes)

    async def note(
        self,
        state: ChatState,
        asked: Offer,
        message_id: int,
        before: tuple[Received, ...],
        edits: int,
    ) -> Turn:
        """Let what was typed as if it were a name be told in the report, and offer the list."""
        turn = await self.choose(state, edits)
        kept = _told(asked, message_id, before)
        return replace(turn, notes=(kept,), word=texts.NOTED)


def ask_name(
    state: ChatState, text: str, edits: int | None, *, has_list: bool = True
) -> Turn:
    """Ask for the chantier's name; the list is one press away, where there is one."""
    assert state.action is not None
    back = state.action if has_list else None
    reply = Reply(text, menus.naming(_id(state), back), edits)
    return Turn(replace(state, step=Step.TYPING, offer=None), (reply,))


def new_chantier(typed: str, at: datetime) -> Choice:
    """A chantier that has no folder yet."""
    return Choice(new_chantier_name(typed, at), typed, typed)


def _remark(
    asked: Offer | None, named: Choice, before: tuple[Received, ...]
) -> tuple[Received, ...]:
    """What was typed and then corrected, or like a chantier's name, was meant for a name; any other words for the report."""
    if asked is None or asked.message_id is None or asked.choices:
        return ()
    if nearest(asked.typed, (named,), CORRECTED):
        return ()
    return (_told(asked, asked.message_id, before),)


def _told(asked: Offer, message_id: int, before: tuple[Received, ...]) -> Received:
    """The message that a proposal is about, with the words that were taken for a name, unless an edit gave them back to it."""
    found = (row for row in before if row.message_id == message_id)
    kept = next(found, Received(asked.chat_id, message_id, datetime.now(UTC)))
    if kept.text.startswith(asked.typed):
        return kept
    return replace(kept, text="\n".join(filter(None, (asked.typed, kept.text))))


def take(
    state: ChatState,
    choice: Choice,
    edits: int | None,
    told: tuple[Received, ...],
) -> Turn:
    """Go on with a chantier: what was *told* before is its report's, what follows too; nothing is asked for twice."""
    assert state.action is not None
    taken = replace(
        state,
        step=Step.COLLECTING,
        offer=None,
        chantier=folder_for(state.action, choice),
        client=choice.client,
    )
    has_all = is_complete(state.action, told)
    text = texts.ask(state.action, choice.client, has_all=has_all)
    return Turn(taken, (Reply(text, menus.collecting(_id(state)), edits),))


def _proposed(
    state: ChatState,
    near: tuple[Choice, ...],
    typed: str,
    message_id: int,
    edits: int | None,
) -> Turn:
    offer = Offer(new_token(), state.chat_id, near, None, typed, message_id)
    buttons = menus.proposals(_id(state), offer.token, near, typed, message_id)
    choosing = replace(state, step=Step.CHOOSING, offer=offer.token)
    text = texts.proposal(typed, len(near))
    return Turn(choosing, (Reply(text, buttons, edits),), offer)


def _id(state: ChatState) -> str:
    """A report has its id from the press that began it: each of its buttons says which one it means."""
    assert state.report_id is not None
    return state.report_id
