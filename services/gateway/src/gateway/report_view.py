"""What the message of a report says: what has arrived, how far it is, the receipt."""

from collections.abc import Sequence

from contracts.reports import ReportStatus, ReportStep, StepState
from contracts.wording import shown
from gateway import menus, received, texts
from gateway.received import Received
from gateway.replies import Reply
from gateway.reports import ReportRecord, is_complete
from gateway.steps import BESIDE, StepName
from gateway.typed_names import TypedName
from gateway.universal_input import items

_AFTER = (StepName.RECEIPT, StepName.DELIVERY, *BESIDE)
"""What the receipt does not wait for."""


def view(
    record: ReportRecord,
    rows: tuple[Received, ...],
    done: Sequence[ReportStep],
    typed: TypedName | None,
) -> Reply:
    """Say a report's state."""
    kinds = received.kinds(rows)
    if record.status is ReportStatus.OPEN:
        return Reply(_open_text(record, rows), menus.collecting(record.report_id))
    if record.status is ReportStatus.CANCELLED:
        return Reply(texts.CANCELLED)
    if record.status is ReportStatus.FAILED:
        return Reply(texts.failed(record.client, _error(done, StepState.FAILED)))
    told = [step.state for step in done if step.name not in _AFTER]
    if record.status is ReportStatus.FILED or set(told) == {StepState.DONE}:
        kept = received.kinds([row for row in rows if row.path is not None])
        receipt = texts.receipt(
            record.action,
            kept,
            record.client,
            record.folder,
            record.folder_url,
            listed=len(items(received.description(rows))),
        )
        return Reply(receipt + _looked_up(typed))
    if StepState.WAITING in told:
        error = _error(done, StepState.WAITING)
        return Reply(texts.waiting(kinds, record.client, error))
    filed = sum(1 for row in rows if row.path is not None)
    return Reply(texts.sending(filed, len(kinds), record.client))


def _looked_up(name: TypedName | None) -> str:
    """What became of a name that was typed without a list."""
    if name is not None and name.found:
        return f"\n{texts.found_again(name.typed, name.found)}"
    if name is not None and name.near:
        return f"\n{texts.maybe_another(name.typed, name.near)}"
    return ""


def _error(done: Sequence[ReportStep], state: StepState) -> str:
    """What the first step in *state* says of its last try."""
    errors = (step.last_error for step in done if step.state is state)
    return next(errors, None) or ""


def _open_text(record: ReportRecord, rows: tuple[Received, ...]) -> str:
    kinds = received.kinds(rows)
    head = texts.received(kinds, record.client) if kinds else texts.noted(record.client)
    told = received.description(rows)
    lines = [head]
    if told:
        lines.append(f"📝 {shown(told, 200)}")
    if not is_complete(record.action, rows):
        lines.append(texts.NEEDS[record.action])
    return "\n".join(lines)
