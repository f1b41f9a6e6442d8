"""What is done at the bench while the program runs: by simulated hands, by a person, by the rig on the supply."""

from pathlib import Path

import pytest

from rig.bench import load_bench, open_bench
from rig.control import Control
from rig.errors import BenchError, FileError
from rig.execute.acts import undoable
from rig.protocol import parse_protocol
from rig.record import Record
from rig.runner import run

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
CLAMP = '[[acts]]\nat = "{at}"\nnote = "line closed"\ntext = "Close the line."\ndo = "{do}"\n'
SAG = '[[acts]]\nat = "10 min"\nnote = "sag"\nsupply = "3 V"\n'


@pytest.fixture
def go(station, tmp_path):
    """Runs half an hour with acts, on a bench file; gives the record."""

    def ran(acts, bench=None, **how):
        protocol = station.protocol(flow="1 mL/h", leg="", stabilization="15 min", analysis="15 min", more=acts)
        how = {"control": Control(), "not_for_release": True} | how
        return Record.open(run(protocol, bench or station.bench(), tmp_path / "run", **how).folder)

    return ran


def began_s(record):
    return next(t for t, data in record.events("phase") if (data["name"], data["edge"]) == ("delivery", "begin"))


def test_an_act_is_done_at_its_time_and_noted(go):
    record = go(CLAMP.format(at="20 min", do="clamp-line"))
    [(noted_s, note)] = record.events("note")
    assert (noted_s - began_s(record), note["text"]) == (pytest.approx(1200.0, abs=1e-6), "line closed")
    assert note["who"] == "simulated hands"
    rows = record.stream("balance")
    before, after = (rows["mass_g"][rows["t_s"] < noted_s + s][-1] for s in (0.0, 300.0))
    assert after - before < 0.005  # 83 mg would have come


def test_the_rig_sets_the_supply_and_sets_it_back(go):
    worlds = []
    bench = load_bench(BENCHES / "simulated_supply.toml")
    record = go(SAG, bench, when_open=lambda opened: worlds.append(opened.world))
    rows = record.stream("supply")
    voltages = [float(rows["voltage_v"][rows["t_s"] > began_s(record) + s][0]) for s in (500.0, 700.0)]
    assert voltages == pytest.approx([3.3, 3.0], abs=0.01)
    assert worlds[0].devices["supply"].outputs[1].volts == pytest.approx(3.3, abs=0.002)


def test_what_cannot_be_done_is_refused_before_anything_moves(go, tmp_path):
    with pytest.raises(BenchError, match="hands of this simulated bench cannot do close-line") as refused:
        go(CLAMP.format(at="10 min", do="close-line") + SAG)
    assert "no supply stands on bench 'station'" in str(refused.value)
    assert not (tmp_path / "run").exists()


def test_an_act_that_fails_is_a_fault_of_the_bench(go):
    record = go(CLAMP.format(at="20 min", do="place-beaker"))  # it stands there already
    assert record.manifest["end"]["kind"] == "bench-fault"
    assert "expected the beaker beside the pan" in record.manifest["end"]["cause"]


class Handless:
    """An open bench at which only a person can act."""

    def __init__(self, opened):
        self.file, self.laboratory, self.world = opened.file, opened.laboratory, None


def test_where_only_a_person_can_act_one_has_to_be_there(station):
    acts = parse_protocol(station.protocol(more=CLAMP.format(at="10 min", do="clamp-line")).read_text(), "p.toml").acts
    with open_bench(load_bench(station.bench())) as opened:
        [reason] = undoable(acts, Handless(opened), unattended=True)
        assert "a person must do clamp-line while it runs; use 'rig run'" in reason
        assert not undoable(acts, Handless(opened), unattended=False)


class Without:
    """Takes the hands of the open bench away, so that a person is asked."""

    def __call__(self, opened):
        opened.world.hands = None


@pytest.mark.parametrize(("answer", "ended", "noted"), [("done", "completed", 1), ("no", "aborted", 0)])
def test_a_person_is_asked_and_the_answer_is_the_instant(go, answer, ended, noted):
    control = Control()

    def observe(event):
        if event.kind == "prompt":
            control.answer(event.data["key"], answer, "M. Keller")

    acts = CLAMP.format(at="20 min", do="clamp-line")
    record = go(acts, control=control, observers=[observe], when_open=Without())
    assert record.manifest["end"]["kind"] == ended
    assert [(n["text"], n["who"]) for _, n in record.events("note")] == [("line closed", "M. Keller")] * noted
    [(asked_s, prompt)] = record.events("prompt")
    assert (asked_s - began_s(record), prompt["text"]) == (pytest.approx(1200.0), "Close the line.")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (CLAMP.format(at="30 min", do="clamp-line"), "acts.0..at: expected an act before the program ends"),
        ('[[acts]]\nat = "1 min"\nnote = "x"\n', "either do, by hand, or supply"),
        ('[[acts]]\nat = "1 min"\nnote = "x"\ndo = "clamp-line"\n', "expected text too"),
        (SAG + 'text = "turn the knob"\n', "the rig sets the supply by itself"),
    ],
)
def test_an_act_that_makes_no_sense_is_refused_with_its_line(station, table, told):
    text = station.protocol(leg="", stabilization="15 min", analysis="15 min", more=table).read_text()
    with pytest.raises(FileError, match=told):
        parse_protocol(text, "p.toml")
