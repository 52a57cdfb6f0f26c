"""What the routes use, built once for one Nextcloud account."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated

import httpx
from fastapi import Depends, Request

from chassis.downloads import MANY_READ
from chassis.places import Places
from storage.ahead import ReadAhead
from storage.boards import Boards
from storage.card_memory import CardMemory
from storage.cards import CardFiler
from storage.chantiers import Chantiers
from storage.chunk_memory import ChunkMemory
from storage.chunked import Stage
from storage.deck import DeckClient
from storage.entries import Entries
from storage.files import FileWriter
from storage.folder_finder import FolderFinder
from storage.folders import FolderMaker
from storage.free_names import FreeNames
from storage.idempotency import KeptAnswers
from storage.large_files import LargeFiles
from storage.limits import SinglePutLimit
from storage.link_memory import LinkMemory
from storage.listings import Listings
from storage.nextcloud import Nextcloud
from storage.pace import Pace
from storage.paths import ROOT, read_path, written_path
from storage.patience import Patience
from storage.received import Receiver
from storage.settings import StorageSettings
from storage.shares import Shares
from storage.staging import StagingArea
from storage.state import State
from storage.taking_back import TakingBack
from storage.trash import Trash
from storage.trash_bin import TrashBin
from storage.unanswered import UnansweredFiles
from storage.unanswered_memory import UnansweredMemory
from storage.upload_call import UploadCalls
from storage.upload_target import UploadFolders
from storage.webdav import WebDAVClient


@dataclass(frozen=True)
class Parts:
    """Each with what it needs."""

    nextcloud: Nextcloud
    webdav: WebDAVClient
    folders: FolderMaker
    finder: FolderFinder
    readers: Places
    """Slow ones must not hold up the rest."""
    receiver: Receiver
    stage: Stage
    kept: KeptAnswers
    unanswered: UnansweredFiles
    chantiers: Chantiers
    entries: Entries
    writer: FileWriter
    uploads: UploadCalls
    cards: CardFiler
    shares: Shares
    trash: Trash


async def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


Storage = Annotated[Parts, Depends(_parts)]
"""What a route asks for."""


async def built(
    settings: StorageSettings, http: httpx.AsyncClient, state: State
) -> Parts:
    """Build all parts; nothing is sent yet."""
    patience = Patience(settings.nextcloud_patience_s, settings.nextcloud_pause_s)
    side_by_side = settings.nextcloud_side_by_side
    root = written_path(settings.nextcloud_root) if settings.nextcloud_root else ROOT
    nextcloud = Nextcloud(
        http,
        patience,
        side_by_side=side_by_side,
        stalled_s=settings.nextcloud_stalled_s,
        full_s=settings.nextcloud_full_s,
    )
    receiver = Receiver(stalled_s=settings.storage_stalled_s)
    webdav = WebDAVClient(nextcloud, root=root)
    folders = FolderMaker(WebDAVClient(nextcloud, root=ROOT), root, patience)
    limit = await SinglePutLimit.read(state, settings.storage_single_put_max)
    pace = Pace(settings.storage_chunk_max, limit)
    area = StagingArea(nextcloud)
    stage = Stage(area, webdav, ChunkMemory(state), pace=pace, patience=patience)
    # Some places are left for what is not an upload.
    uploads = max(1, side_by_side - 2)
    listings, kept = Listings(webdav), KeptAnswers(state)
    finder = FolderFinder(listings, folders)
    ahead = ReadAhead(arrive_s=settings.storage_stalled_s)
    trash_bin = TrashBin(nextcloud)
    taking_back = TakingBack(webdav, trash_bin)
    unanswered = UnansweredFiles(UnansweredMemory(state), taking_back)
    await unanswered.read()
    names = FreeNames(unanswered, listings)
    large_files = LargeFiles(
        webdav,
        folders,
        stage,
        limit=limit,
        pace=pace,
        unanswered=unanswered,
        names=names,
    )
    writer = FileWriter(
        webdav,
        folders,
        finder,
        large_files,
        ahead=ahead,
        names=names,
        side_by_side=uploads,
    )
    chantiers = Chantiers(listings, webdav)
    return Parts(
        nextcloud=nextcloud,
        webdav=webdav,
        folders=folders,
        finder=finder,
        readers=Places(side_by_side, full=MANY_READ),
        receiver=receiver,
        stage=stage,
        kept=kept,
        unanswered=unanswered,
        chantiers=chantiers,
        entries=Entries(listings),
        writer=writer,
        uploads=UploadCalls(
            writer,
            webdav,
            UploadFolders(chantiers),
            kept,
            unanswered,
            ahead=ahead,
            receiver=receiver,
        ),
        cards=_cards(settings, nextcloud, webdav, finder, state),
        shares=Shares(nextcloud, webdav, LinkMemory(state)),
        trash=Trash(trash_bin, webdav, folders, _delete_below(settings)),
    )


def _cards(
    settings: StorageSettings,
    nextcloud: Nextcloud,
    webdav: WebDAVClient,
    finder: FolderFinder,
    state: State,
) -> CardFiler:
    async def link(text: str) -> str | None:
        found = await webdav.stat(await finder.find(read_path(text)))
        return webdav.url(found.file_id) if found else None

    deck = DeckClient(nextcloud)
    boards = Boards(deck, settings.deck_board)
    return CardFiler(deck, boards, CardMemory(state), link, nextcloud.patience)


def _delete_below(settings: StorageSettings) -> tuple[PurePosixPath, ...]:
    names = settings.storage_delete_below.split(",")
    return tuple(read_path(name) for name in names if name.strip())
