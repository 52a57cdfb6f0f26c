"""How long an index is left that is lost again and again."""

from knowledge.indexing.relapses import CALM_S, Relapses


def test_each_loss_is_left_twice_as_long_up_to_an_hour():
    relapses = Relapses()

    pauses = [relapses.lost(0.0) for _ in range(40)]

    assert pauses[:4] == [0, 30, 60, 120]
    assert pauses[-1] == 3600


def test_what_was_whole_for_long_is_filled_at_once():
    relapses = Relapses()
    relapses.lost(0.0)
    relapses.whole(10.0)
    soon = relapses.lost(CALM_S)
    amid_the_filling = relapses.lost(10 * CALM_S)
    relapses.whole(11 * CALM_S)

    assert (soon, amid_the_filling) == (30, 60)
    assert relapses.lost(13 * CALM_S) == 0
