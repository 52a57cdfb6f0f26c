"""Which photos and files of a notice stand together, and what each of them is."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from chassis.telegram import MediaKind
from chassis.telegram.media import MOST_IN_ALBUM, Family, family, file_number
from contracts.errors import FieldProblem, Rejected
from contracts.notices import MAX_MEDIA, NoticeMedia
from notifier.database import WantedMedia
from notifier.spool import SentFile

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


def wanted_media(
    media: tuple[NoticeMedia, ...], files: tuple[SentFile, ...]
) -> tuple[WantedMedia, ...]:
    """
    Read what a caller wants shown: what is listed, then those of *files* that are not.

    Raises:
        Rejected: A ``file_id`` is none of Telegram's, or a file was not sent; names the field.
    """
    left = list(files)
    listed = [
        _listed(number, item)
        if item.upload is None
        else _sent(_named(left, number, item.upload), item)
        for number, item in enumerate(media)
    ]
    wanted = (*listed, *(_sent(file) for file in left))
    if len(wanted) > MAX_MEDIA:
        raise Rejected(
            f"A notice shows {MAX_MEDIA} photos and files at most; show the others in another one."
        )
    return wanted


def _listed(number: int, media: NoticeMedia) -> WantedMedia:
    name = media.name or PurePosixPath(media.path or "").name or f"media {number + 1}"
    return WantedMedia(
        source=_source(number, media),
        path=media.path,
        file_id=media.file_id,
        kind=media.kind or _kind(name),
        name=name,
    )


def _sent(file: SentFile, media: NoticeMedia | None = None) -> WantedMedia:
    name = (media and media.name) or file.name
    kind = (media and media.kind) or _kind(file.name)
    return WantedMedia(file.source, path=None, file_id=None, kind=kind, name=name)


def _kind(name: str) -> str:
    return _KINDS.get(PurePosixPath(name).suffix.lower(), MediaKind.DOCUMENT)


def _named(left: list[SentFile], number: int, upload: str) -> SentFile:
    """Take the file that is meant out of those *left*."""
    for file in left:
        if upload in {file.field, file.name}:
            left.remove(file)
            return file
    detail = f"no file {upload!r} was sent; send it in the same form, once for each entry that names it"
    field = FieldProblem(field=f"media.{number}.upload", detail=detail)
    raise Rejected(detail, errors=(field,))


def _source(number: int, media: NoticeMedia) -> str:
    """A path stands for itself; of a ``file_id`` only the file's number stays the same when its reference is renewed."""
    try:
        file = file_number(media.file_id) if media.file_id is not None else None
    except Rejected as error:
        field = FieldProblem(field=f"media.{number}.file_id", detail=error.detail)
        raise Rejected(error.detail, errors=(field,)) from error
    return f"path:{media.path}" if media.path is not None else f"file:{file}"
