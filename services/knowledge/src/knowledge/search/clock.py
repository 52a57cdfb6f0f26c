"""How long each part of one search took."""

import time


class Clock:
    """Laps of one search, in milliseconds."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._ends: list[tuple[str, float]] = []

    def lap(self, name: str) -> None:
        self._ends.append((name, time.perf_counter()))

    def took_ms(self) -> dict[str, float]:
        """Each lap by its name, and how long all took until now."""
        laps = {}
        last = self._started
        for name, end in self._ends:
            laps[name], last = round((end - last) * 1000, 3), end
        total = round((time.perf_counter() - self._started) * 1000, 3)
        return laps | {"total": total}
