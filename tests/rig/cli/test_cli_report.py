"""``rig report``: a record becomes PDF and HTML, and a PDF becomes the verdict again."""

import sys

import pytest


@pytest.fixture(scope="module")
def written(sealed, tmp_path_factory):
    """A report of the sealed record, made through the command line."""
    from rig.cli.app import run_app

    out = tmp_path_factory.mktemp("report") / "report.pdf"
    assert run_app(["report", str(sealed), "--out", str(out)]) == 0
    return out


def test_a_record_becomes_two_files(written):
    assert written.read_bytes().startswith(b"%PDF-1.7")
    assert "<!doctype html>" in written.with_suffix(".html").read_text()
    assert not list(written.parent.glob("*.part"))


@pytest.mark.parametrize("blocked", ["r.pdf", "r.html", "r.html.part"])
def test_of_two_files_one_of_which_cannot_be_written_nothing_is_left(rig, sealed, tmp_path, blocked):
    (tmp_path / "out" / blocked).mkdir(parents=True)
    done = rig("report", sealed, "--out", tmp_path / "out" / "r.pdf")
    assert done.code == 2
    assert f"{blocked}: could not be written: Is a directory; neither PDF nor HTML was" in done.err
    assert [path.name for path in (tmp_path / "out").iterdir()] == [blocked]


def test_check_ends_with_the_verdict(rig, written):
    done = rig("report", "check", written)
    assert done.code == 0
    assert "pass, recomputed; every sealed digit again" in done.out
    assert "pages: made again from the attached data, the same bytes" in done.out
    assert "not digitally signed" in done.out


def test_a_report_without_its_data_passes_nothing(rig, sealed, tmp_path):
    assert rig("report", sealed, "--without-data", "--out", tmp_path / "nd.pdf").code == 0
    done = rig("report", "check", tmp_path / "nd.pdf")
    assert done.code == 3
    assert "inconclusive: nothing was recomputed" in done.out


def test_a_changed_report_is_no_verdict(rig, written, tmp_path):
    data = bytearray(written.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "changed.pdf").write_bytes(data)
    done = rig("report", "check", tmp_path / "changed.pdf")
    assert done.code == 2
    assert "rig: " in done.err


def test_simulated_evidence_is_not_signed_and_nothing_is_written(rig, sealed, tmp_path):
    done = rig("report", sealed, "--out", tmp_path / "signed.pdf", "--certificate", tmp_path / "lab.p12")
    assert done.code == 2
    assert "the evidence is simulated" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_details_file_with_a_mistake_is_told_with_its_line(rig, sealed, tmp_path):
    (tmp_path / "details.toml").write_text('schema = 1\n[laboratory]\nnmae = "x"\n')
    done = rig("report", sealed, "--details", tmp_path / "details.toml")
    assert done.code == 2
    assert "did you mean 'name'?" in done.err


def test_the_procedure_comes_before_the_run(rig, short, simulated, tmp_path):
    done = rig("report", "procedure", short, "--bench", simulated, "--out", tmp_path / "p.pdf")
    assert done.code == 0
    assert (tmp_path / "p.pdf").is_file()
    checked = rig("report", "check", tmp_path / "p.pdf")
    assert checked.code == 5
    assert "NOTHING about results" in checked.out


def test_help_and_nonsense(rig, tmp_path):
    assert rig("report", "--help").code == 0
    assert "expected a record" in rig("report", tmp_path / "nothing").err
    assert rig("report", "check", tmp_path / "none.pdf").code == 2


def test_without_the_extra_it_says_what_to_install(rig, sealed, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    done = rig("report", sealed)
    assert done.code == 2
    assert "pip install 'doseproof[report]'" in done.err


def test_a_campaign_does_not_count_a_run_twice(rig, sealed, tmp_path):
    done = rig("report", sealed, sealed, "--out", tmp_path / "c.pdf")
    assert done.code == 2
    assert "given twice" in done.err
    assert not (tmp_path / "c.pdf").exists()
