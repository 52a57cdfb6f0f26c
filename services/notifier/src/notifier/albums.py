"""Which photos and files of a notice stand together, and what each of them is."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from chassis.telegram import MediaKind
from chassis.telegram.media import MOST_IN_ALBUM, Family, family, file_number
from contracts.errors import FieldProblem, Rejected
from contracts.notices import NoticeMedia
from notifier.database import WantedMedia

_KINDS = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".webp"), MediaKind.PHOTO),
    **dict.fromkeys((".mp4", ".mov", ".m4v"), MediaKind.VIDEO),
}
"""By a name's ending; anything else is a document, also what Telegram shows to nobody as a photo (``.heic``)."""


def albums_of(files: Mapping[int, str]) -> list[list[int]]:
    """
    Put *files* (place to ``file_id``) together, ten at most, in the order of their places.

    Returns:
        Places, those of one album in a list.
    """
    albums: list[list[int]] = []
    open_albums: dict[Family, list[int]] = {}
    for place, file_id in sorted(files.items()):
        kin = family(file_id)
        album = open_albums.get(kin)
        if album is None or kin is Family.ALONE or len(album) == MOST_IN_ALBUM:
            album = open_albums[kin] = []
            albums.append(album)
        album.append(place)
    return albums


def wanted_media(media: tuple[NoticeMedia, ...]) -> tuple[WantedMedia, ...]:
    """
    Read what a caller wants shown.

    Raises:
        Rejected: A ``file_id`` is none of Telegram's; names the field.
    """
    return tuple(_wanted(number, item) for number, item in enumerate(media))


def _wanted(number: int, media: NoticeMedia) -> WantedMedia:
    name = media.name or PurePosixPath(media.path or "").name or f"media {number + 1}"
    kind = media.kind or _KINDS.get(PurePosixPath(name).suffix.lower())
    return WantedMedia(
        source=_source(number, media),
        path=media.path,
        file_id=media.file_id,
        kind=kind or MediaKind.DOCUMENT,
        name=name,
    )


def _source(number: int, media: NoticeMedia) -> str:
    """A path stands for itself; of a ``file_id`` only the file's number stays the same when its reference is renewed."""
    try:
        file = file_number(media.file_id) if media.file_id is not None else None
    except Rejected as error:
        field = FieldProblem(field=f"media.{number}.file_id", detail=error.detail)
        raise Rejected(error.detail, errors=(field,)) from error
    return f"path:{media.path}" if media.path is not None else f"file:{file}"
