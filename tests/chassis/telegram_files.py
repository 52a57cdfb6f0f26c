"""Files to send in the tests of the Telegram session."""

from collections.abc import AsyncIterator
from io import BytesIO

from PIL import Image

from chassis.telegram.media import Item
from chassis.telegram.messages import MediaKind
from chassis.telegram.uploads import Upload


def jpeg(shade: int = 0) -> bytes:
    picture = BytesIO()
    Image.new("RGB", (64, 48), (shade, 80, 160)).save(picture, "JPEG")
    return picture.getvalue()


async def pieces(content: bytes, length: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), length):
        yield content[start : start + length]


def file(
    content: bytes, name: str = "photo.jpg", kind: MediaKind = MediaKind.PHOTO
) -> Upload:
    return Upload(kind, name, len(content), pieces(content))


async def uploaded(telegram, group, count: int) -> list[Item]:
    """*count* photos that Telegram has and nobody has seen."""
    return [
        Item(await telegram.upload_media(group.id, file(jpeg(n))), key=f"n:{n}")
        for n in range(count)
    ]
