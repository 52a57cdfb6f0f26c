"""From an action to a chantier: by the list, or by what was typed."""

from dataclasses import replace
from datetime import datetime

from contracts.actions import new_chantier_name
from contracts.errors import ServiceError
from gateway import menus, texts
from gateway.chantiers import ChantierBook, folder_for
from gateway.chat_states import ChatState, Step
from gateway.likeness import CORRECTED, is_same, nearest
from gateway.menus import Choice
from gateway.offers import Offer, new_token
from gateway.received import DISCARDED, Received
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
        told: tuple[Received, ...],
        edits: int | None = None,
        asked: Offer | None = None,
    ) -> Turn:
        """
        Take a typed ``NomChantier / description``: of the very name of a chantier, else ask.

        What was *told* before is kept; what it was *asked* about too, unless it was meant for a name.
        """
        typed = universal_input(note.text)
        if not typed.chantier:
            asking = ask_name(state, texts.NO_NAME, edits)
            return replace(asking, notes=(_unnamed(note),))
        new = new_chantier(typed.chantier, note.sent_at)
        before = tuple(row for row in told if row.message_id != note.message_id)
        notes = (note, *_named(state, new, before, asked))
        told = _reading(told, notes)
        try:
            near = await self._book.near(typed.chantier)
        except ServiceError:  # work goes on under the name as typed
            turn = replace(take(state, new, edits, told), typed=typed.chantier)
        else:
            same = [choice for choice in near if is_same(typed.chantier, choice)]
            if len(same) == 1:
                turn = take(state, same[0], edits, told)
            else:
                turn = _proposed(state, near, typed.chantier, note.message_id, edits)
        return replace(turn, notes=(*notes, *turn.notes))


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


def take(
    state: ChatState,
    choice: Choice,
    edits: int | None,
    told: tuple[Received, ...],
    asked: Offer | None = None,
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
    notes = _named(state, choice, told, asked)
    has_all = is_complete(state.action, _reading(told, notes))
    text = texts.ask(state.action, choice.client, has_all=has_all)
    reply = Reply(text, menus.collecting(_id(state)), edits)
    return Turn(taken, (reply,), notes=notes)


def _named(
    state: ChatState,
    choice: Choice,
    told: tuple[Received, ...],
    asked: Offer | None,
) -> tuple[Received, ...]:
    """What of *told* names the chantier that was chosen, or was meant for a name, now without it."""
    return tuple(_unnamed(row) for row in told if _is_name(state, choice, row, asked))


def _is_name(
    state: ChatState, choice: Choice, row: Received, asked: Offer | None
) -> bool:
    """What a name was asked for, or is like a chantier's, and what was then corrected, was meant for one; other words are for the report."""
    typed = universal_input(row.text).chantier
    if asked is None or (row.message_id, typed) != (asked.message_id, asked.typed):
        return is_same(typed, choice)  # before an upgrade the name was not kept in it
    is_corrected = bool(nearest(typed, (choice,), CORRECTED))
    return state.step is Step.TYPING or bool(asked.choices) or is_corrected


def _unnamed(row: Received) -> Received:
    """A message without the chantier that it names; one that says nothing else is of no report."""
    text = universal_input(row.text).description
    return replace(row, text=text, report_id=None if text or row.kind else DISCARDED)


def _reading(
    told: tuple[Received, ...], notes: tuple[Received, ...]
) -> tuple[Received, ...]:
    """What was *told*, as it reads with *notes*."""
    return tuple({row.message_id: row for row in (*told, *notes)}.values())


def _proposed(
    state: ChatState,
    near: tuple[Choice, ...],
    typed: str,
    message_id: int,
    edits: int | None,
) -> Turn:
    offer = Offer(new_token(), state.chat_id, near, None, typed, message_id)
    buttons = menus.proposals(_id(state), offer.token, near, typed, message_id)
    choosing = replace(state, offer=offer.token)
    text = texts.proposal(typed, len(near))
    return Turn(choosing, (Reply(text, buttons, edits),), offer)


def _id(state: ChatState) -> str:
    """A report has its id from the press that began it: each of its buttons says which one it means."""
    assert state.report_id is not None
    return state.report_id
