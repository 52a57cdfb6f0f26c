"""Killed at random moments of indexing; `make bench-knowledge` does it 50 times."""

from tests.knowledge.killed import kill_while_indexing


async def test_nothing_is_lost_and_nothing_doubled_by_kills_while_indexing(tmp_path):
    counts = await kill_while_indexing(tmp_path, kills=3, seed=7)

    assert counts.kills == 3
    assert counts.lost == []
    assert counts.doubled == []
