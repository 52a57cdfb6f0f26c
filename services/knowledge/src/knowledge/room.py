"""Room on the disk: the index is mapped into memory, a full disk would end the service (docs/decisions/0307)."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import StorageFull, Unavailable


@dataclass(frozen=True, slots=True)
class Room:
    """The disk of *folder*, of which *reserve_bytes* are kept for what is written while nobody looks."""

    folder: Path
    reserve_bytes: int = 0

    def demand(self, size_bytes: int = 0) -> None:
        """
        Make sure that *size_bytes* more can be written.

        Raises:
            StorageFull: They would come out of the reserve.
            Unavailable: The folder is gone.
        """
        try:
            left = shutil.disk_usage(self.folder).free - size_bytes
        except OSError as error:
            raise Unavailable(
                f"{self.folder} cannot be reached ({error.strerror}): mount its disk or bring a backup back, then restart the service."
            ) from error
        if left < self.reserve_bytes:
            raise StorageFull(
                f"The disk of {self.folder} is nearly full: nothing more is indexed until {self.reserve_bytes:,} bytes"
                " are free (KNOWLEDGE_RESERVE_BYTES)."
            )
