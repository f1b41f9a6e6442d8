"""A file of a fault that is wrong is refused, with its key and what to do; those that come along are right."""

import pytest

from rig.campaign.assemble import make_campaign
from rig.errors import FileError
from rig.requirements.catalogue import load_catalogue

WRONG = [
    ('"HAZ-OVER-INFUSION"', '"HAZ-NOBODY"', "hazards.toml"),
    ("gain =", "gayn =", "no such option"),
    ('"{(1 + e)', '"{(1 + z)', "expected a sum"),
    ('protocol = "quick"', 'protocol = "slow"', "there is no protocol slow"),
    ("detectable = 50", "detectable = 60", "nothing tests it"),
    ("values = [2, 50]", "values = [50, 2]", "rising"),
    ('verdict = "fail"\ndetectable = 50', "", "either a verdict, or undetectable"),
    ('verdict = "fail"', 'verdict = "invalid"', "may never be owed"),
    ('verdict = "fail"', 'verdict = "inconclusive"', "reason: missing"),
    ('culprit = "device"', 'culprit = "nobody"', "culprit"),
    ('[[evidence]]\nkind = "recall"\nsource = "field safety notice of March 2014"\nconfirmed = true', "", "evidence"),
    ("[world]\n", '[[acts]]\nat = "{d / 2} h"\ndo = "sing"\ntext = "Sing."\n[world]\n', "cannot do sing"),
    ('[world]\ngain = "{(1 + e) * (1 + m / 100)}"', "", "world or acts"),
]


@pytest.mark.parametrize(("old", "new", "told"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_told(folder, campaign_of, old, new, told):
    path = folder / "more.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(FileError, match=told):
        campaign_of()


def test_an_id_that_stands_twice_is_refused(folder, campaign_of):
    (folder / "again.toml").write_bytes((folder / "more.toml").read_bytes())
    with pytest.raises(FileError, match="too; give each its own"):
        campaign_of()


def test_an_empty_folder_is_told(folder, campaign_of):
    (folder / "more.toml").unlink()
    with pytest.raises(FileError, match="found none"):
        campaign_of()


def test_those_that_come_along_fit_and_every_hazard_has_one(tmp_path, acceptance):
    made = make_campaign(*acceptance, tmp_path / "out", number=None, seed=1)
    assert len(made.faults) >= 60
    assert {fault.where for fault in made.faults} == {"plant", "firmware", "wire"}
    known = set(load_catalogue(acceptance[0].parents[1]).hazards)
    assert {hazard for fault in made.faults for hazard in fault.hazards} == known
