"""What may go wrong, on demand: each fault counts how often it struck and can be removed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "error",
    "cut before",
    "cut after",
    "truncate",
    "silence",
    "duplicate",
    "random id",
    "too long",
    "late answer",
    "kept presses",
]


@dataclass(slots=True, eq=False)
class Fault:
    """One fault; it strikes until *times* is used up or it is removed."""

    kind: Kind
    method: str | None = None
    times: int | None = None
    code: int = 0
    name: str = ""
    at_byte: int = 0
    only: Callable[[Any], bool] | None = None
    struck: int = 0
    _faults: "Faults | None" = field(default=None, repr=False)

    def remove(self) -> None:
        """From now on all is well again."""
        if self._faults is not None:
            self._faults.discard(self)


class Faults:
    """The faults in force. Methods are named as in Telegram's schema: ``messages.sendMessage``."""

    def __init__(self, cut: Callable[[], int], expire: Callable[[], None]) -> None:
        self._active: list[Fault] = []
        self._cut = cut
        self._expire = expire

    def error(
        self,
        method: str,
        code: int,
        name: str,
        times: int | None = 1,
        only: Callable[[Any], bool] | None = None,
    ) -> Fault:
        """Answer *method* with an RPC error instead of executing it; *only* chooses which of its queries."""
        return self._add(Fault("error", method.lower(), times, code, name, only=only))

    def flood_wait(
        self,
        method: str,
        seconds: int,
        times: int | None = 1,
        only: Callable[[Any], bool] | None = None,
    ) -> Fault:
        """``FLOOD_WAIT_n``."""
        return self.error(method, 420, f"FLOOD_WAIT_{seconds}", times, only)

    def internal_error(
        self,
        method: str,
        times: int | None = 1,
        only: Callable[[Any], bool] | None = None,
    ) -> Fault:
        """An error 500, ``RPC_CALL_FAIL``: Telegram's own trouble, which passes."""
        return self.error(method, 500, "RPC_CALL_FAIL", times, only)

    def cut_before(self, method: str, times: int | None = 1) -> Fault:
        """Close the connection when *method* arrives; it is not executed."""
        return self._add(Fault("cut before", method.lower(), times))

    def cut_after(self, method: str, times: int | None = 1) -> Fault:
        """Execute *method*, then close the connection instead of answering."""
        return self._add(Fault("cut after", method.lower(), times))

    def truncate_downloads(self, at_byte: int, times: int | None = 1) -> Fault:
        """Serve ``upload.getFile`` as if the file ended at *at_byte*; strikes where bytes are withheld."""
        return self._add(Fault("truncate", "upload.getfile", times, at_byte=at_byte))

    def silence(self) -> Fault:
        """Push no updates; ``updates.getDifference`` still has them."""
        return self._add(Fault("silence"))

    def duplicate_updates(self, times: int | None = None) -> Fault:
        """Push each update twice."""
        return self._add(Fault("duplicate", times=times))

    def random_id_duplicate(self, code: int = 500) -> Fault:
        """Refuse a repeated ``random_id`` with RANDOM_ID_DUPLICATE instead of sending the first message again."""
        return self._add(Fault("random id", code=code, name="RANDOM_ID_DUPLICATE"))

    def difference_too_long(self) -> Fault:
        """Answer a client that has missed something that it has missed too much."""
        return self._add(Fault("too long", times=1))

    def kept_presses(self) -> Fault:
        """Keep presses for a bot that is away, for its next ``updates.getDifference``."""
        return self._add(Fault("kept presses"))

    def late_answers(self, times: int | None = None) -> Fault:
        """Refuse answers to callback queries as too late: QUERY_ID_INVALID."""
        return self.error(
            "messages.setBotCallbackAnswer", 400, "QUERY_ID_INVALID", times
        )

    def cut_now(self) -> int:
        """Close all connections; says how many."""
        return self._cut()

    def expire_file_references(self) -> None:
        """Let every ``file_reference`` handed out so far expire; fetching the message gives a fresh one."""
        self._expire()

    def strikes(
        self, kind: Kind, method: str | None = None, query: Any = None
    ) -> Fault | None:
        """The fault of that kind that strikes now, counted."""
        fault = self.pending(kind, method, query)
        if fault is not None:
            fault.struck += 1
            if fault.times is not None and fault.struck >= fault.times:
                self.discard(fault)
        return fault

    def pending(
        self, kind: Kind, method: str | None = None, query: Any = None
    ) -> Fault | None:
        """The fault of that kind that would strike."""
        meant = (f for f in self._active if (f.kind, f.method) == (kind, method))
        return next((f for f in meant if f.only is None or f.only(query)), None)

    def discard(self, fault: Fault) -> None:
        """Take a fault out of force."""
        if fault in self._active:
            self._active.remove(fault)

    def clear(self) -> None:
        """Remove them all."""
        self._active.clear()

    def _add(self, fault: Fault) -> Fault:
        fault._faults = self
        self._active.append(fault)
        return fault
