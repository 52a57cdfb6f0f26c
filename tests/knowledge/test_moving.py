"""An index moves between its homes, and a backup is a service again."""

import asyncio
import os
import shutil
import sys
import tarfile
from contextlib import suppress
from io import BytesIO

import httpx
import pytest
from qdrant_client import AsyncQdrantClient

from chassis.locks import held
from contracts.errors import Broken, Conflict
from knowledge.index.edge import EdgeIndex
from knowledge.index.moving import Direction, copied, migrate
from knowledge.index.passages import Passage, Point, label
from knowledge.index.qdrant import ServerHome
from knowledge.settings import KnowledgeSettings
from knowledge.words.lexical import passage_words
from tests.knowledge.killed import Process
from tests.knowledge.service import (
    FRONIUS,
    job_status,
    knowledge,
    passages_left,
    put,
    search,
)
from tests.peers.qdrant import QdrantPeer
from tests.peers.serving import served
from tests.waiting import until

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")


async def test_an_index_moves_to_a_server_and_back_with_all_it_has(tmp_path):
    passages = [
        Passage(
            "d", "v1", n, f"texte {n}", "Notices", "t", labels=(label("version", "v1"),)
        )
        for n in range(600)
    ]
    home = ServerHome(AsyncQdrantClient(":memory:"), "etm", shards=1, replicas=1)
    source = EdgeIndex(tmp_path / "source", 2)
    await source.open()
    await source.upsert([Point(p, passage_words(p.text), [0.6, 0.8]) for p in passages])
    await source.close()

    there = await copied(source, home.index("x-0", 2))
    back = await copied(home.index("x-0", 2), EdgeIndex(tmp_path / "back", 2))

    assert (there, back) == (600, 600)
    target = EdgeIndex(tmp_path / "back", 2)
    await target.open()
    points = [point async for batch in target.scroll() for point in batch]
    await target.close()
    assert {p.passage for p in points} == set(passages)
    assert all(p.dense == pytest.approx([0.6, 0.8]) for p in points)


async def test_what_a_broken_off_move_left_behind_is_not_kept(tmp_path):
    """Killed amid a move, the service works on; what it removes meanwhile is in the half copy still."""
    source, target = EdgeIndex(tmp_path / "source", 2), EdgeIndex(tmp_path / "to", 2)
    for index, version, count in ((source, "v2", 3), (target, "v1", 40)):
        await index.open()
        passages = (
            Passage("d", version, n, "t", labels=(label("version", version),))
            for n in range(count)
        )
        await index.upsert(
            [Point(p, passage_words(p.text), [0.6, 0.8]) for p in passages]
        )
        await index.close()

    moved = await copied(source, target)

    assert moved == 3


async def test_the_index_of_a_running_service_is_not_moved(tmp_path):
    settings = KnowledgeSettings(
        data_dir=tmp_path, qdrant_url="http://127.0.0.1:9", _env_file=None
    )
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)

        with pytest.raises(Conflict, match="another process"):
            await migrate(settings, "to-server")


async def test_an_index_is_not_moved_while_the_service_works_on_the_server(tmp_path):
    """Its embedded index is of before the first move: what was sent since would be gone, what was deleted back."""
    with held(tmp_path / "knowledge.lock"):
        moving = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "knowledge.command", "migrate", "to-server"),
            env=os.environ
            | {"DATA_DIR": str(tmp_path), "QDRANT_URL": "http://127.0.0.1:9"},
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await moving.communicate()

    assert moving.returncode == 1
    assert "stop it first" in said.decode()


@pytest.mark.parametrize("when", ["opened", "read", "copied to"])
async def test_a_damaged_index_that_is_moved_says_what_to_do(when, tmp_path):
    """Nobody makes it again while it is moved."""
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    [folder] = (tmp_path / "knowledge" / "index").iterdir()
    page = next(
        path
        for path in folder.rglob("payload_storage/page_0.dat")
        if path.stat().st_blocks
    )
    page.write_bytes(bytes(page.stat().st_size))
    if when == "read":
        (folder / "seal").unlink()
    direction: Direction = "to-embedded" if when == "copied to" else "to-server"
    remedy = "move its folder away" if when == "copied to" else "without QDRANT_URL"
    peer = QdrantPeer()

    async with served(peer.app(), "127.0.0.1", 0) as url:
        settings = KnowledgeSettings(data_dir=tmp_path, qdrant_url=url, _env_file=None)
        with pytest.raises(Broken, match=f"{folder} is damaged.*{remedy}") as told:
            await migrate(settings, direction)

    assert "being made again" not in told.value.detail


async def test_an_older_index_brings_nothing_back_that_was_deleted(tmp_path):
    index, aside = tmp_path / "knowledge" / "index", tmp_path / "aside"
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        await put(http, "gone", "E88 : le relais colle.\n\nE89 : le relais vibre.")
    shutil.copytree(index, aside)
    async with knowledge(tmp_path) as http:
        await http.delete("/knowledge/documents/gone")
        await put(http, "later", "State 999 : le ventilateur est bloqué.")
        await passages_left(http, 4)
    shutil.rmtree(index)
    aside.rename(index)

    async with knowledge(tmp_path) as http:
        left = await passages_left(http, 4)
        gone = await search(http, "erreur E88 relais")
        later = await search(http, "erreur 999")

    assert left == 4
    assert "gone" not in {passage["document_id"] for passage in gone["passages"]}
    assert not gone["confident"]
    assert later["passages"][0]["document_id"] == "later"


async def test_a_backup_made_while_it_works_is_a_service_again(tmp_path):
    async with knowledge(tmp_path / "first") as http:
        await put(http, "symo", FRONIUS)
        await http.put(
            "/knowledge/documents/later", json={"text": "State 888 : plus tard."}
        )
        backup = await http.post("/knowledge/backup")
        left = [p.name for p in (tmp_path / "first" / "knowledge").glob("backup-*")]

    with tarfile.open(fileobj=BytesIO(backup.content)) as archive:
        archive.extractall(tmp_path / "second" / "knowledge", filter="data")
    async with knowledge(tmp_path / "second") as http:
        found = await search(http, "erreur 567")

    assert backup.status_code == 200
    assert left == []
    assert found["confident"]


@pytest.mark.slow
async def test_a_backup_holds_what_was_sent_and_is_not_read_yet(tmp_path):
    """Whoever sent it was told 202 and does not send it again."""
    manual = "\n\n".join(f"State {n} : contrôler le relais {n}." for n in range(4000))
    async with knowledge(tmp_path / "first") as http:
        for name in ("read", "waits"):
            text = f"{manual}\n\nState 99999 : {name}."
            await http.put(f"/knowledge/documents/{name}", content=text.encode())
        backup = await http.post("/knowledge/backup")
        jobs = (await http.get("/knowledge/jobs")).json()["items"]
    with tarfile.open(fileobj=BytesIO(backup.content)) as archive:
        archive.extractall(tmp_path / "second" / "knowledge", filter="data")

    async with knowledge(tmp_path / "second") as http:

        async def ended() -> list[str]:
            listed = (await http.get("/knowledge/jobs")).json()["items"]
            return [
                job["status"] for job in listed if job["status"] in {"done", "failed"}
            ]

        async def all_ended() -> bool:
            return len(await ended()) == len(jobs)

        await until(all_ended, what="the end of the jobs")
        became = await ended()

    assert "queued" in {job["status"] for job in jobs}
    assert became == ["done", "done"]


async def test_what_a_backup_of_before_does_not_hold_has_to_be_sent_again(tmp_path):
    async with knowledge(tmp_path) as http:
        sent = await http.put("/knowledge/documents/x", content=b"mot\n\n" * 200_000)
    for path in (tmp_path / "knowledge" / "spool").iterdir():
        path.unlink()

    async with knowledge(tmp_path) as http:

        async def is_failed() -> bool:
            return await job_status(http, sent) == "failed"

        await until(is_failed, what="the end of the job")
        job = (await http.get(sent.headers["location"])).json()

    assert "send it again" in job["last_error"]


@pytest.mark.slow
async def test_a_backup_that_the_service_was_killed_over_leaves_nothing(tmp_path):
    async with Process(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    async with Process(tmp_path) as http:
        backup = asyncio.create_task(http.post("/knowledge/backup"))
        folder = tmp_path / "knowledge"
        await until(lambda: any(folder.glob("backup-*")), what="a copy", look_s=0.001)
    with suppress(httpx.TransportError):
        await backup
    left_by_kill = list(folder.glob("backup-*"))
    async with Process(tmp_path) as http:
        assert list(folder.glob("backup-*")) == []
        assert (await http.post("/knowledge/backup")).status_code == 200

    assert left_by_kill


async def test_backups_are_made_one_after_another(tmp_path):
    """A caller who gives up and calls again would have the disk filled with copies that nobody reads."""
    at_once: list[int] = []
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        calling = [asyncio.create_task(http.post("/knowledge/backup")) for _ in "123"]

        async def all_answered() -> bool:
            made = (tmp_path / "knowledge").glob("backup-*")
            at_once.append(sum(path.is_dir() for path in made))
            return all(call.done() for call in calling)

        await until(all_answered, what="the backups", look_s=0.001)
        answered = [(await call).status_code for call in calling]

    assert answered == [200, 200, 200]
    assert max(at_once) == 1


async def test_a_backup_keeps_the_reserve_of_the_disk(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    async with knowledge(tmp_path, knowledge_reserve_bytes=2**60) as http:
        refused = await http.post("/knowledge/backup")

    assert refused.status_code == 507
    assert list((tmp_path / "knowledge").glob("backup-*")) == []
