"""Files as a telephone describes them when it sends them, and what it sends without a file."""

from collections.abc import Sequence
from typing import Any

from pyrogram import raw

from .files import File, Source, picture
from .world import World


def photo(world: World, jpeg: bytes) -> File:
    """A photo."""
    return world.add_file(jpeg, "image/jpeg", photo=picture(jpeg))


def document(world: World, source: bytes | Source, name: str, mime: str) -> File:
    """Any file under its name."""
    return world.add_file(source, mime, attributes=[_named(name)])


def video(world: World, source: bytes | Source, name: str) -> File:
    """A video of four seconds."""
    shape = raw.types.DocumentAttributeVideo(
        duration=4.0, w=1280, h=720, supports_streaming=True
    )
    return world.add_file(source, "video/mp4", attributes=[shape, _named(name)])


def video_note(world: World, source: bytes | Source) -> File:
    """A round video of four seconds; it has no name."""
    shape = raw.types.DocumentAttributeVideo(
        duration=4.0, w=384, h=384, round_message=True
    )
    return world.add_file(source, "video/mp4", attributes=[shape])


def voice(world: World) -> File:
    """A voice message of three seconds."""
    sound = raw.types.DocumentAttributeAudio(duration=3, voice=True)
    return world.add_file(b"OggS", "audio/ogg", attributes=[sound])


def sticker(world: World) -> File:
    """A sticker of no set."""
    attributes = [
        raw.types.DocumentAttributeImageSize(w=512, h=512),
        raw.types.DocumentAttributeSticker(
            alt="👍", stickerset=raw.types.InputStickerSetEmpty()
        ),
        _named("sticker.webp"),
    ]
    return world.add_file(b"RIFFWEBP", "image/webp", attributes=attributes)


def contact(phone: str, first_name: str) -> Any:
    """Somebody's visiting card."""
    return raw.types.MessageMediaContact(
        phone_number=phone, first_name=first_name, last_name="", vcard="", user_id=0
    )


def poll(question: str, answers: Sequence[str]) -> Any:
    """A poll that nobody has voted in."""

    def worded(text: str) -> Any:
        return raw.types.TextWithEntities(text=text, entities=[])

    choices: list[Any] = [
        raw.types.PollAnswer(text=worded(answer), option=bytes([number]))
        for number, answer in enumerate(answers)
    ]
    asked = raw.types.Poll(id=1, question=worded(question), answers=choices, hash=0)
    return raw.types.MessageMediaPoll(poll=asked, results=raw.types.PollResults())


def _named(name: str) -> raw.types.DocumentAttributeFilename:
    return raw.types.DocumentAttributeFilename(file_name=name)
