"""A whole book against its ledger: one line for each chain that does not agree, and none for those that do."""

from __future__ import annotations

import copy
import hashlib
import os
import shutil
from datetime import date

import pytest

from calibration.book import Book
from calibration.errors import CalibrationError
from calibration.ledger import Ledger, Lies, chain_of, read_ledger
from calibration.ledger_check import ledger_problems
from calibration.ledger_write import file_in_book, filed_files, take_in
from calibration.new_file import write_new
from calibration.retire import Why, retire
from tests.calibration.test_book import LOAD_CELL

CHAIN = "load-cell-hx711"


@pytest.fixture
def book(tmp_path):
    """Three units with a record each, the first with two."""
    made = Book(tmp_path / "calibration")
    for serial in ("MP-0007", "MP-0007", "MP-0008", "MP-0009"):
        tables = copy.deepcopy(LOAD_CELL)
        tables["instrument"]["serial_number"] = serial
        made.append(tables)
    return made


def record(book, serial, number=1):
    return book.folder / serial / f"{number:04d}-{CHAIN}.toml"


def edit(path, old, new):
    path.chmod(0o644)
    path.write_text(path.read_text().replace(old, new))


def test_a_book_as_it_was_filed_has_no_problems(book):
    assert ledger_problems(book.folder) == []


def test_each_chain_that_does_not_agree_is_a_line(book):
    record(book, "MP-0007", 2).unlink()
    edit(record(book, "MP-0009"), "201000.0", "201001.0")
    missing, edited = ledger_problems(book.folder)
    assert missing.startswith(f"{record(book, 'MP-0007', 2)}: expected this file, which entry 2 of the book's ledger")
    assert edited.startswith(f"{record(book, 'MP-0009')}: expected SHA-256 ")
    assert "which entry 4 of the book's ledger has, found" in edited


def test_a_file_that_nobody_filed_is_found(book):
    shutil.copy(record(book, "MP-0008"), book.folder / "MP-0008" / "0001-pump.toml")
    [told] = ledger_problems(book.folder)
    assert "0001-pump.toml: expected a file that was filed, found one that is not in the ledger of the book" in told


def test_a_file_that_is_no_text_is_compared_all_the_same(book):
    record(book, "MP-0008").chmod(0o644)
    record(book, "MP-0008").write_bytes(b"\xff\xfe")
    [told] = ledger_problems(book.folder)
    assert f"found {hashlib.sha256(bytes([0xFF, 0xFE])).hexdigest()[:12]}" in told


def test_a_ledger_that_is_broken_is_the_only_line(book):
    (book.folder / "ledger" / "000002.toml").unlink()
    record(book, "MP-0009").unlink()
    [told] = ledger_problems(book.folder)
    assert "the ledger is broken: expected entry 2 after " in told


def test_an_entry_that_is_none_breaks_the_ledger(book):
    for content in (b"\xff", b"schema = 1", b"no toml at all"):
        path = book.folder / "ledger" / "000004.toml"
        path.unlink()
        path.write_bytes(content)
        with pytest.raises(CalibrationError, match=r"000004\.toml: the ledger is broken: expected an entry, found: "):
            read_ledger(book.folder)


def test_a_ledger_that_was_cut_is_missed_by_what_was_filed_later(book):
    """The chain of MP-0009 names the third entry, which is gone with the unit that it filed."""
    shutil.rmtree(book.folder / "MP-0008")
    for number in (3, 4):
        (book.folder / "ledger" / f"{number:06d}.toml").unlink()
    take_in(book.folder, "copied by hand")
    [told] = ledger_problems(book.folder)
    assert "it was filed after entry " in told
    assert "which the ledger does not have (3 entries in " in told


def test_what_was_filed_after_no_entry_names_none(book):
    """Of a book from before there were ledgers; another kind of value under the name is no entry either."""
    content = b"ledger = 5\n"
    path = book.folder / "MP-0010" / "0001-pump.toml"
    file_in_book(book.folder, path, content)
    assert ledger_problems(book.folder) == []


def test_a_ledger_knows_heads_folders_and_chains(book):
    retire(book, "MP-0008", Why("dropped", "A. Weber", "M. Klein"), date(2026, 6, 1))
    found = read_ledger(book.folder)
    assert found.head == hashlib.sha256((book.folder / "ledger" / "000005.toml").read_bytes()).hexdigest()
    assert found.heads == {hashlib.sha256(path.read_bytes()).hexdigest() for path in book.folder.glob("ledger/*")}
    assert (found.chains("MP-0008"), found.chains("MP-0007")) == ({CHAIN, "retired"}, {CHAIN})
    assert found.chains("MP-0010") == set()
    assert found.entries[-1].place == ("MP-0008", "retired")


def test_no_ledger_has_no_head(tmp_path):
    assert (read_ledger(tmp_path).head, read_ledger(tmp_path).entries) == (None, ())
    Ledger(tmp_path).check("MP-0007", "pump", [Lies(tmp_path / "MP-0007" / "0001-pump.toml", "00", None)])


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("0001-pump.toml", "pump"),
        ("12345-load-cell-hx711.toml", "load-cell-hx711"),
        ("retired-0002.toml", "retired"),
        ("001-pump.toml", ""),
        ("0001-Pump.toml", ""),
        ("0001-pump.toml.bak", ""),
        ("standards.toml", ""),
    ],
)
def test_the_chain_of_a_file_is_in_its_name(name, chain):
    assert chain_of(name) == chain


def test_only_files_that_are_filed_once_and_for_all_are_in_the_ledger(book):
    """Qualifications lie one folder deeper; notes of a person beside them are nobody's business."""
    deeper = book.folder / "MP-0007" / "qualification"
    deeper.mkdir()
    (deeper / "0001-oq.toml").write_text("a = 1")
    (deeper / "notes.toml").write_text("a = 1")
    names = [path.relative_to(book.folder).as_posix() for path in filed_files(book.folder)]
    assert "MP-0007/qualification/0001-oq.toml" in names
    assert (len(names), names) == (5, sorted(names))
    assert take_in(book.folder, "found") == [deeper / "0001-oq.toml"]
    assert read_ledger(book.folder).entries[-1].place == ("MP-0007/qualification", "oq")
    assert read_ledger(book.folder).entries[-1].note == "found"
    assert take_in(book.folder, "again") == []


def test_an_entry_that_cannot_be_written_is_told_with_the_file_that_lies_there(book, monkeypatch):
    """The file is there without its entry: the book refuses it until somebody takes it in."""

    def full(path, content):
        if path.parent.name == "ledger":
            raise CalibrationError("no space left")
        write_new(path, content)

    monkeypatch.setattr("calibration.ledger_write.write_new", full)
    path = book.folder / "MP-0010" / "0001-pump.toml"
    with pytest.raises(CalibrationError, match=r"0001-pump\.toml: it lies there without its entry in the ledger: no s"):
        file_in_book(book.folder, path, b"a = 1\n")
    assert len(ledger_problems(book.folder)) == 1


def test_a_name_that_is_taken_is_not_overwritten(book):
    before = record(book, "MP-0007").read_bytes()
    with pytest.raises(CalibrationError, match="expected no such record, found one; somebody filed it just now"):
        write_new(record(book, "MP-0007"), b"another")
    assert record(book, "MP-0007").read_bytes() == before


def test_a_disk_that_takes_nothing_is_told_and_nothing_is_left(tmp_path):
    (tmp_path / "MP-0007").write_text("a file where a folder should be")
    with pytest.raises(CalibrationError, match=r"0001-pump\.toml: the record could not be filed: .*; nothing"):
        write_new(tmp_path / "MP-0007" / "0001-pump.toml", b"a = 1\n")
    assert [path.name for path in tmp_path.iterdir()] == ["MP-0007"]


def test_a_file_in_the_place_of_the_ledger_is_told_and_not_tried_for_ever(tmp_path):
    (tmp_path / "ledger").write_text("a file where a folder should be")
    with pytest.raises(CalibrationError, match=r"it lies there without its entry in the ledger: .*could not be filed"):
        file_in_book(tmp_path, tmp_path / "MP-0007" / "0001-pump.toml", b"a = 1\n")


def test_a_file_is_written_whole_beside_its_name_before_it_has_it(tmp_path, monkeypatch):
    """In the same folder, so that it takes the name at one instant, and hidden until then."""
    seen, sizes = [], []

    def synced(number):
        sizes.append(os.fstat(number).st_size)

    def link(new, path):
        seen.append((new.parent, new.name.startswith(".new-"), new.read_bytes(), new.stat().st_mode & 0o777))
        new.rename(path.with_name("taken"))
        new.write_bytes(b"")

    monkeypatch.setattr("calibration.new_file.os.fsync", synced)
    monkeypatch.setattr("calibration.new_file.os.link", link)
    write_new(tmp_path / "MP-0007" / "0001-pump.toml", b"a = 1\n")
    assert seen == [(tmp_path / "MP-0007", True, b"a = 1\n", 0o444)]
    assert sizes == [6]  # on the disk to the last byte before it gets its name
    assert [path.name for path in (tmp_path / "MP-0007").iterdir()] == ["taken"]
