"""Which runs a campaign makes, in which order, from which seeds."""

from collections import Counter

from rig.campaign.cells import Cell, cells, runs_of
from rig.campaign.sound import load_sound


def test_each_magnitude_and_a_sound_pump(campaign_of):
    matrix = cells(campaign_of().faults)
    assert matrix == [Cell("FLT-MORE", 2, "quick"), Cell("FLT-MORE", 50, "quick"), Cell("", 0, "quick")]


def test_runs_go_round_the_matrix(campaign_of):
    made = runs_of(cells(campaign_of().faults), 8, seed=1)
    assert sorted(Counter(one.cell for one in made).values()) == [2, 3, 3]
    assert [one.index for one in made] == list(range(8))
    assert len({one.seed for one in made}) == 8


def test_the_seed_of_a_run_does_not_hang_on_the_others(campaign_of):
    matrix = cells(campaign_of().faults)
    alone = {one.seed for one in runs_of(matrix[:1], 2, seed=1)}
    assert alone <= {one.seed for one in runs_of(matrix, 6, seed=1)}
    assert alone.isdisjoint(one.seed for one in runs_of(matrix, 6, seed=2))


def test_draws_are_within_their_ends_and_can_be_repeated(folder):
    sound = load_sound(folder.parent / "sound.toml")
    drawn = sound.drawn("abc")
    assert drawn == sound.drawn("abc") != sound.drawn("abd")
    assert all(low <= drawn[name] <= high for name, (low, high) in sound.draws.items())
    assert isinstance(drawn["phase"], int)
    assert isinstance(drawn["e"], float)
