"""The buttons under the bot's messages, and what their presses say."""

from collections.abc import Sequence
from dataclasses import dataclass

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

    @property
    def data(self) -> str:
        return f"{self.verb}:{self.of}:{self.number}" if self.of else self.verb

    @classmethod
    def parse(cls, data: str) -> "Press":
        verb, _, rest = data.partition(":")
        of, _, number = rest.partition(":")
        return cls(verb, of, int(number) if number.isdecimal() else 0)


CHANTIER, PAGE_OF, MANUAL, CREATE, NOTE = "c", "p", "m", "n", "t"
SEND, DROP = "ok", "drop"
ADD, LEAVE = "add", "leave"
USEFUL, USELESS, THANKED = "up", "down", "thx"
_OF_THE_BOT = frozenset(
    {
        CHANTIER,
        PAGE_OF,
        MANUAL,
        CREATE,
        NOTE,
        SEND,
        DROP,
        ADD,
        LEAVE,
        USEFUL,
        USELESS,
        THANKED,
    }
)


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
        (_button(choice.label, CHANTIER, token, first + place),)
        for place, choice in enumerate(choices[first : first + PAGE])
    ]
    arrows = []
    if page > 0:
        arrows.append(_button(texts.PREVIOUS, PAGE_OF, token, page - 1))
    if more:
        arrows.append(_button(texts.NEXT, PAGE_OF, token, page + 1))
    if arrows:
        rows.append(tuple(arrows))
    rows.append((_button(texts.MANUAL, MANUAL, token),))
    rows.append(_drop(report_id))
    return tuple(rows)


def proposals(
    report_id: str, token: str, choices: Sequence[Choice], typed: str, message_id: int
) -> Buttons:
    """Existing chantiers near to what was typed in a message, the new one, and that it is no name at all."""
    rows = [
        (_button(choice.label, CHANTIER, token, place),)
        for place, choice in enumerate(choices)
    ]
    create = _button(texts.create_button(typed), CREATE, token)
    note = _button(texts.NOTE, NOTE, token, message_id)
    return (*rows, (create,), (note,), _drop(report_id))


def naming(report_id: str, back: Action | None) -> Buttons:
    """Under the question for a name; the press that begins *back* shows the list of chantiers anew."""
    lists = ((Button(texts.LIST, back),),) if back else ()
    return (*lists, _drop(report_id))


def collecting(report_id: str) -> Buttons:
    """Under a report that is being gathered."""
    send = Button(texts.SEND, Press(SEND, report_id).data)
    return ((send, *_drop(report_id)),)


def left_behind(report_id: str) -> Buttons:
    """Under the question whether older photos are of a report."""
    return (
        (
            Button(texts.ADD, Press(ADD, report_id).data),
            Button(texts.LEAVE, Press(LEAVE, report_id).data),
        ),
    )


def thumbs(report_id: str) -> Buttons:
    """Under the help on a fault."""
    return (
        (
            Button(texts.USEFUL, Press(USEFUL, report_id).data),
            Button(texts.USELESS, Press(USELESS, report_id).data),
        ),
    )


def thanked(report_id: str) -> Buttons:
    """What the thumbs become."""
    return ((Button(texts.THANKS, Press(THANKED, report_id).data),),)


def _drop(report_id: str) -> tuple[Button, ...]:
    return (Button(texts.CANCEL, Press(DROP, report_id).data),)


def _button(label: str, verb: str, token: str, number: int = 0) -> Button:
    return Button(_cut(label), Press(verb, token, number).data)


def _cut(label: str) -> str:
    """Cut a label in its middle: a chantier's ends in its date."""
    if len(label) <= _LONGEST_LABEL:
        return label
    head = label[: _LONGEST_LABEL - _LABEL_END - 1].rstrip()
    return f"{head}…{label[-_LABEL_END:]}"
