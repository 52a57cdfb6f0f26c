"""Files that a disk has damaged: what can be made again is, the rest says what to do."""

import random
import shutil
from pathlib import Path

import pytest

from contracts.errors import Broken
from knowledge.index.damage import is_damage
from knowledge.index.edge import EdgeIndex
from knowledge.index.shelf import RULES
from knowledge.models.embedding import FolderEmbedder
from tests.knowledge.points import closed_index
from tests.knowledge.service import FRONIUS, knowledge, put, search
from tests.knowledge.tiny_model import write_tiny_model
from tests.waiting import until


def garble(folder: Path) -> None:
    """Write over what is in *folder*."""
    dice = random.Random(1)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            path.write_bytes(dice.randbytes(path.stat().st_size))


async def answers(http, mode="") -> bool:
    """Whether the question is answered; an index that is being made again says so in place of an answer."""
    asked = await http.post("/knowledge/search", json={"query": "erreur 567"})
    found = asked.json()
    if asked.status_code == 503:
        assert found["code"] == "index_mending"
        assert int(asked.headers["retry-after"]) > 0
        return False
    return bool(found["confident"] and mode in found["mode"])


@pytest.mark.parametrize(
    "spoil",
    [
        garble,
        lambda folder: (folder / "current").write_text(""),
        lambda folder: shutil.rmtree(folder.parent),
    ],
)
async def test_a_damaged_index_is_made_again_from_what_was_read(spoil, tmp_path):
    model = write_tiny_model(tmp_path / "model")
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await put(http, "symo", FRONIUS)
    [index] = (tmp_path / "knowledge" / "index").iterdir()
    spoil(index)

    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await until(lambda: answers(http), what="the index")
        found = await search(http, "erreur 567")
        ready = (await http.get("/readyz")).json()["checks"]["index"]["detail"]

    assert found["mode"] == "hybrid"
    assert ready.endswith(" 3 passages")


async def test_a_damaged_next_index_is_begun_anew(tmp_path):
    model = write_tiny_model(tmp_path / "model")
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    begun = f"{FolderEmbedder(model).name}-{1 + RULES}"
    shard = tmp_path / "knowledge" / "index" / begun / "shard-0"
    shard.mkdir(parents=True)
    (shard / "edge_config.json").write_text("no JSON")

    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await until(lambda: answers(http, "hybrid"), what="the next index")
        assert await answers(http)


async def test_an_index_that_is_damaged_is_not_moved(tmp_path):
    """Taken for an empty one, it would empty the other home."""
    index = await closed_index(tmp_path)
    garble(tmp_path / "shard-0")

    with pytest.raises(Broken, match="damaged"):
        await index.open()
    shutil.rmtree(tmp_path / "shard-0")
    await index.open()  # nobody holds it
    await index.close()


async def test_an_error_of_the_system_is_not_taken_for_damage(tmp_path):
    """Too many open files, say; here a link to itself."""
    index = await closed_index(tmp_path)
    config = tmp_path / "shard-0" / "edge_config.json"
    kept = config.rename(tmp_path / "kept")
    config.symlink_to(config)

    with pytest.raises(Exception, match="levels of symbolic links") as failed:
        await index.open()
    assert not isinstance(failed.value, Broken)

    kept.replace(config)
    await index.open()
    assert await index.count() == 1
    await index.close()


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("can't start new thread"),
        OverflowError("number too large to fit in target type"),
        KeyError("labels"),
    ],
)
async def test_what_python_lacks_or_we_got_wrong_is_no_damage(error):
    """A good index would be emptied for it."""
    assert not is_damage(error)


async def test_files_that_qdrant_panics_at_are_damage(tmp_path):
    """Cut by a power failure, say: no Exception of Python's comes of it."""
    index = await closed_index(tmp_path)
    for status in tmp_path.rglob("vector_storage-dense/**/status.dat"):
        status.write_bytes(b"")

    with pytest.raises(Broken, match="damaged"):
        await index.open()


async def waits(http) -> bool:
    said: str = (await http.get("/readyz")).json()["checks"]["indexing"]["detail"]
    return said.startswith("waits:")


async def test_an_index_that_lacks_passages_does_not_say_that_there_is_nothing(
    tmp_path,
):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    [folder] = (tmp_path / "knowledge" / "index").iterdir()
    index = EdgeIndex(folder, None)
    await index.open()
    [passages] = [points async for points in index.scroll()]
    await index.remove(passages[0].passage.version)
    await index.close()
    (folder / "seal").unlink()

    # Without room it lacks them for as long as one asks.
    async with knowledge(tmp_path, knowledge_reserve_bytes=2**60) as http:
        await until(lambda: waits(http), what="the filling")
        asked = await http.post("/knowledge/search", json={"query": "erreur 567"})
        ready = (await http.get("/readyz")).json()["checks"]["index"]
    async with knowledge(tmp_path) as http:
        await until(lambda: answers(http), what="the index")

    assert asked.status_code == 503
    assert asked.json()["detail"].startswith("The index lacks 3 passages;")
    assert ready["ok"]
    assert "3 more are being made again" in ready["detail"]
    assert (folder / "current").read_text() == "shard-1"


async def test_an_index_that_is_spoilt_while_it_is_open_is_made_again(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        [index] = (tmp_path / "knowledge" / "index").iterdir()
        for page in index.rglob("payload_storage/page_0.dat"):
            with page.open("r+b") as file:
                file.write(random.Random(1).randbytes(4096))

        asked = await http.post("/knowledge/search", json={"query": "erreur 567"})
        await until(lambda: answers(http), what="the index")
        await put(http, "later", FRONIUS.replace("567", "568"))

    assert asked.status_code == 503
    assert asked.json()["code"] == "index_mending"
    assert asked.headers["retry-after"] == "10"


async def test_a_damaged_catalogue_says_what_to_do(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    catalogue = tmp_path / "knowledge" / "knowledge.sqlite"
    catalogue.write_bytes(b"no database" * 1000)

    with pytest.raises(Broken, match=f"{catalogue}.*etm-knowledge restore"):
        async with knowledge(tmp_path):
            pass


async def test_a_folder_in_the_spool_keeps_nothing_from_starting(tmp_path):
    (tmp_path / "knowledge" / "spool" / "lost+found").mkdir(parents=True)

    async with knowledge(tmp_path) as http:
        assert (await http.get("/readyz")).status_code == 200
