"""The buttons under the bot's messages, and what their presses say."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chassis.telegram import Button
from chassis.telegram.messages import Buttons
from contracts.actions import Action
from gateway import texts

PAGE = 10
_LONGEST_LABEL = 60
_LABEL_END = len(" — 25/03/2026")


@dataclass(frozen=True)
class Choice:
    """One chantier on offer: its folder's ``name``, the ``client`` that people know it by."""

    name: str
    client: str
    label: str


@dataclass(frozen=True)
class Press:
    """
    What a button says: ``verb:of:number``.

    ``of`` is the token of a list or the id of a report, never a name: 64 bytes is all there is room for.
    """

    verb: str
    of: str = ""
    number: int = 0

    @classmethod
    def parse(cls, data: str) -> "Press":
        verb, _, rest = data.partition(":")
        of, _, number = rest.partition(":")
        return cls(verb, of, int(number) if number.isdecimal() else 0)


class Verb(StrEnum):
    """What a button of the bot's does; one that begins a report says its action alone."""

    CHANTIER = "c"
    PAGE = "p"
    MANUAL = "m"
    CREATE = "n"
    NOTE = "t"
    SEND = "ok"
    DROP = "drop"
    ADD = "a"
    LEAVE = "l"
    USEFUL = "up"
    USELESS = "down"
    THANKED = "thx"


_OF_THE_BOT = frozenset(Verb)


def is_of_the_bot(payload: str) -> bool:
    """Whether the bot writes that on buttons of its own."""
    verb, colon, _ = payload.partition(":")
    return bool(colon) and verb in _OF_THE_BOT


def actions() -> Buttons:
    """The three things to report."""
    return tuple((Button(label, action),) for action, label in texts.BUTTONS.items())


def chantiers(
    report_id: str, token: str, page: int, choices: Sequence[Choice], *, more: bool
) -> Buttons:
    """One page of the list, the pages' arrows, and the way out of it."""
    first = page * PAGE
    rows: list[tuple[Button, ...]] = [
        (_button(choice.label, Verb.CHANTIER, token, first + place),)
        for place, choice in enumerate(choices[first : first + PAGE])
    ]
    arrows = []
    if page > 0:
        arrows.append(_button(texts.PREVIOUS, Verb.PAGE, token, page - 1))
    if more:
        arrows.append(_button(texts.NEXT, Verb.PAGE, token, page + 1))
    if arrows:
        rows.append(tuple(arrows))
    rows.append((_button(texts.MANUAL, Verb.MANUAL, token),))
    rows.append(_drop(report_id))
    return tuple(rows)


def proposals(
    report_id: str, token: str, choices: Sequence[Choice], typed: str, message_id: int
) -> Buttons:
    """Existing chantiers near to what was typed in a message, the new one, and that it is no name at all."""
    rows = [
        (_button(choice.label, Verb.CHANTIER, token, place),)
        for place, choice in enumerate(choices)
    ]
    create = _button(texts.create_button(typed), Verb.CREATE, token)
    note = _button(texts.NOTE, Verb.NOTE, token, message_id)
    return (*rows, (create,), (note,), _drop(report_id))


def naming(report_id: str, back: Action | None) -> Buttons:
    """Under the question for a name; the press that begins *back* shows the list of chantiers anew."""
    lists = ((Button(texts.LIST, back),),) if back else ()
    return (*lists, _drop(report_id))


def collecting(report_id: str) -> Buttons:
    """Under a report that is being gathered."""
    return ((_button(texts.SEND, Verb.SEND, report_id), *_drop(report_id)),)


def left_behind(report_id: str) -> Buttons:
    """Under the question whether older photos are of a report."""
    add = _button(texts.ADD, Verb.ADD, report_id)
    return ((add, _button(texts.LEAVE, Verb.LEAVE, report_id)),)


def thumbs(report_id: str) -> Buttons:
    """Under the help on a fault."""
    useful = _button(texts.USEFUL, Verb.USEFUL, report_id)
    return ((useful, _button(texts.USELESS, Verb.USELESS, report_id)),)


def thanked(report_id: str) -> Buttons:
    """What the thumbs become."""
    return ((_button(texts.THANKS, Verb.THANKED, report_id),),)


def _drop(report_id: str) -> tuple[Button, ...]:
    return (_button(texts.CANCEL, Verb.DROP, report_id),)


def _button(label: str, verb: Verb, of: str, number: int = 0) -> Button:
    return Button(_cut(label), f"{verb}:{of}:{number}")


def _cut(label: str) -> str:
    """Cut a label in its middle: a chantier's ends in its date."""
    if len(label) <= _LONGEST_LABEL:
        return label
    head = label[: _LONGEST_LABEL - _LABEL_END - 1].rstrip()
    return f"{head}…{label[-_LABEL_END:]}"
