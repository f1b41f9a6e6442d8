"""A report is recomputed from what is attached to it, and whatever was changed in it is found."""

import io
import json
import zipfile
from dataclasses import replace

import pypdf
import pytest

from rig.errors import EvidenceError
from rig.record import Record
from rig.report.attachments import REPORT, unpack
from rig.report.check import check_report, read_index
from rig.report.embedded import embedded_files, open_pdf
from rig.report.made import make_report


@pytest.fixture(scope="module")
def pdf(record, details):
    return make_report(record, details).pdf()


@pytest.fixture(scope="module")
def files(pdf):
    return embedded_files(open_pdf(pdf))


def test_the_verdict_comes_out_again_and_so_do_the_pages(pdf):
    found = check_report(pdf)
    assert [verdict.outcome for verdict in found.verdicts.values()] == ["pass"]
    assert found.pages_compared
    assert found.lines[0].startswith("not digitally signed")


def test_a_foreign_reader_saves_the_same_attachments(pdf, files, quick, tmp_path):
    foreign = {name: data[0] for name, data in pypdf.PdfReader(io.BytesIO(pdf)).attachments.items()}
    assert foreign == files
    folder = unpack(foreign[f"{quick.name}.record.zip"], tmp_path)
    assert Record.open(folder).manifest == Record.open(quick).manifest


def test_the_archive_does_not_tell_when_it_was_made(files, quick):
    with zipfile.ZipFile(io.BytesIO(files[f"{quick.name}.record.zip"])) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_changed_byte_of_the_index_is_found(files):
    """All positions: what is no JSON any more, and what still is and says something else."""
    good = files[REPORT]
    told = 0
    for position in range(len(good)):
        data = bytearray(good)
        data[position] ^= 0x01
        try:
            same = json.loads(bytes(data)) == json.loads(good)
        except ValueError:
            same = False
        if not same:
            told += 1
            with pytest.raises(EvidenceError):
                read_index({**files, REPORT: bytes(data)})
    assert told > 0.9 * len(good)


@pytest.mark.parametrize("part", [0.0, 0.3, 0.7, 0.999])
def test_a_changed_byte_of_the_record_is_found(files, quick, part):
    name = f"{quick.name}.record.zip"
    data = bytearray(files[name])
    data[int(part * len(data))] ^= 0x10
    with pytest.raises(EvidenceError, match=f"{name}: changed"):
        read_index({**files, name: bytes(data)})


def test_missing_and_added_attachments_are_named(files, quick):
    name = f"{quick.name}.record.zip"
    with pytest.raises(EvidenceError, match="missing"):
        read_index({key: value for key, value in files.items() if key != name})
    with pytest.raises(EvidenceError, match=r"extra.txt: added"):
        read_index({**files, "extra.txt": b""})
    with pytest.raises(EvidenceError, match=r"expected the attachment report\.json"):
        read_index({})


def test_a_changed_page_is_found_because_the_pages_are_made_again(record, details):
    """The attachments are as they were; a page says something else."""
    made = make_report(record, details)
    lying = replace(made, document=replace(made.document, subject="another pump"))
    with pytest.raises(EvidenceError, match="pages are not those that follow from the attached data"):
        check_report(lying.pdf())


def test_without_data_it_says_that_nothing_can_be_recomputed(record):
    made = make_report(record, attach=False)
    found = check_report(made.pdf())
    assert not found.verdicts
    assert any("cannot be recomputed" in line for line in found.lines)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"something else", b"%PDF-1.7\n" + bytes(2000)])
def test_what_is_no_report_is_refused_plainly(data):
    with pytest.raises(EvidenceError):
        check_report(data)


def test_a_cut_report_is_refused(pdf):
    for length in (100, len(pdf) // 2, len(pdf) - 40):
        with pytest.raises(EvidenceError):
            check_report(pdf[:length])


def test_an_archive_that_leads_out_of_its_folder_is_not_unpacked(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run/../../evil", "x")
    with pytest.raises(EvidenceError, match="something else than one record"):
        unpack(packed.getvalue(), tmp_path / "in")
    assert not (tmp_path / "evil").exists()


def test_a_newer_schema_is_refused_with_what_to_do(files):
    content = json.loads(files[REPORT]) | {"schema": 2}
    with pytest.raises(EvidenceError, match="expected schema 1, found 2; use a newer rig"):
        read_index({**files, REPORT: json.dumps(content).encode()})


def test_pages_of_another_state_of_the_code_are_not_accused(record, details, monkeypatch):
    monkeypatch.setattr("rig.report.made.software", lambda: {"doseproof": "0.1.0", "code": "0123456789abcdef"})
    other = make_report(record, details).pdf()
    found = check_report(other)
    assert not found.pages_compared
    assert any("pages were NOT compared: that needs" in line and "0123456789abcdef" in line for line in found.lines)
