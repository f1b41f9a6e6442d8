"""An export is whole or not there; damage is told in every file; nothing is overwritten."""

import pytest
from openpyxl import load_workbook

from drivers.interfaces import Column
from rig.cli.app import run_app
from rig.errors import EvidenceError
from rig.export import export, write
from rig.export.contents import Contents, small_table
from rig.export.xlsx_file import write_xlsx
from rig.record import Record
from tests.rig.export.conftest import SHELF, TEXTS
from tests.rig.export.test_formats import csv_rows


def test_a_damaged_stream_is_told_and_given_to_its_last_good_row(cut_short, exported):
    folder = exported(cut_short, "csv")
    damage, rows = cut_short.health["balance"].damage, cut_short.health["balance"].rows
    assert damage
    assert 0 < rows < 890
    facts, (_, *there) = csv_rows(folder / "balance.csv")
    assert (facts["stream"], facts["damage"], len(there)) == ("balance", damage, rows)
    for path in folder.iterdir():
        assert damage in csv_rows(path)[0]["damage"] or csv_rows(path)[0].get("stream") not in {None, "balance"}
    assert ["balance", str(rows), damage] in csv_rows(folder / "streams.csv")[1]


def test_a_record_that_was_never_sealed_says_so(cut_short, exported):
    facts, _ = csv_rows(exported(cut_short, "csv") / "findings.csv")
    assert facts["record_sha256"].startswith("not sealed")
    assert facts["verdict_source"].startswith("computed")


def test_nothing_is_overwritten(hard, tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(EvidenceError, match="does not exist yet"):
        export(hard(), ["csv"], tmp_path / "there")
    assert not list((tmp_path / "there").iterdir())


def test_nothing_goes_into_a_record(hard):
    record = hard()
    with pytest.raises(EvidenceError, match="outside of the record"):
        export(record, ["csv"], record.folder / "csv")


def test_a_full_disk_leaves_nothing_behind(hard, tmp_path, monkeypatch):
    def full(folder, contents):
        (folder / "half.csv").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(write.FORMATS, "xlsx", full)
    with pytest.raises(EvidenceError, match="No space left"):
        export(hard(), ["csv", "xlsx"], tmp_path / "handed" / "over")
    assert not list((tmp_path / "handed").iterdir())


def test_a_delivery_that_cannot_be_computed_is_refused(cut_short, tmp_path, monkeypatch):
    monkeypatch.setattr("rig.export.write._result", lambda record, **_: ({"findings": []}, NoCurve(record)))
    with pytest.raises(EvidenceError, match="export it without"):
        export(cut_short, ["csv"], tmp_path / "out", with_delivery=True)


class NoCurve:
    """An assessment of which nothing could be computed."""

    curve, findings = None, ()

    def __init__(self, record):
        self.evidence = self
        self.record = record


def test_a_table_that_is_too_long_goes_on_in_further_sheets(hard, tmp_path, monkeypatch):
    monkeypatch.setattr("rig.export.xlsx_file._table.__defaults__", (4,))
    made = export(hard(), ["xlsx"], tmp_path / "out")
    book = load_workbook(made.files[0])
    parts = [book[name] for name in ("balance", "balance (2)", "balance (3)")]
    assert [part.max_row for part in parts] == [4, 4, 3]
    assert [row[0] for part in parts for row in part.iter_rows(min_row=2, values_only=True)] == list(range(len(TEXTS)))


def test_no_two_sheets_have_one_name_however_the_channels_are_called(tmp_path):
    """Spreadsheet programs refuse a workbook with two sheets of one name, or take one of them away."""
    names = ["about", "reservoir_pressure_of_the_left_pump_a", "reservoir_pressure_of_the_left_pump_b"]
    tables = tuple(small_table(name, (Column("t_s", "float64", "s", ""),), {"t_s": [0.0]}) for name in names)
    write_xlsx(tmp_path, Contents("book", {}, {}, tables))
    sheets = load_workbook(tmp_path / "book.xlsx").sheetnames
    assert len(sheets) == len({name.casefold() for name in sheets}) == 4
    assert sheets[1:] == ["about (2)", "reservoir_pressure_of_the_left_", "reservoir_pressure_of_the_l (2)"]


def test_the_command_says_what_it_wrote(tmp_path, capsys):
    out = tmp_path / "out"
    assert run_app(["export", str(SHELF), "--format", "csv", "--format", "junit", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "simulated evidence, verdict pass" in said
    assert Record.open(SHELF).manifest["record_sha256"] in said
    assert run_app(["export", str(SHELF), "--format", "csv", "--out", str(out)]) == 2
