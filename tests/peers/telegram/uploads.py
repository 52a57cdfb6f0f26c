"""Files on their way up, part by part."""

from dataclasses import dataclass, field
from typing import Any

from .refusals import Refused


@dataclass(slots=True)
class Uploads:
    """Parts that have come, by ``file_id`` and number."""

    parts: dict[int, dict[int, bytes]] = field(default_factory=dict)

    def save(self, file_id: int, part: int, content: bytes) -> None:
        """Keep one part."""
        self.parts.setdefault(file_id, {})[part] = content

    def take(self, file: Any) -> bytes:
        """
        Put an ``inputFile`` together and forget its parts.

        Raises:
            Refused: FILE_PART_X_MISSING.
        """
        parts = self.parts.get(file.id, {})
        for number in range(file.parts):
            if number not in parts:
                raise Refused(400, f"FILE_PART_{number}_MISSING")
        del self.parts[file.id]
        return b"".join(parts[number] for number in range(file.parts))
