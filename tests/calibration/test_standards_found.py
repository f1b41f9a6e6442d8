"""Reference standards stand on papers: the right day, the right file, the factor of the certificate."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from calibration.errors import CalibrationError, UnitError
from calibration.standards import certified, load_standards, read_standards
from calibration.units import AIR_PRESSURE, MASS, TEMPERATURE, VOLTAGE

PAPER = b"%PDF-1.7 certificate of W-77"
LINES = {
    "name": '"weight 100 g, F1"',
    "serial_number": '"W-77"',
    "certificate": '"K-12345"',
    "laboratory": '"D-K-00000-01-00"',
    "calibrated_on": "2026-01-10",
    "valid_until": "2027-01-09",
    "value": '"100.00012 g"',
    "expanded": '"0.10 mg"',
    "k": "2.0",
    "entered_by": '"A. Weber"',
    "checked_by": '"M. Klein"',
}
ATTACHED = {"attachment": '"K-12345.pdf"', "attachment_sha256": f'"{hashlib.sha256(PAPER).hexdigest()}"'}
IN_FORCE = date(2026, 3, 2)


def toml(**changed):
    rows = {**LINES, **changed}
    return "schema = 1\n[[standard]]\n" + "".join(f"{name} = {value}\n" for name, value in rows.items() if value)


@pytest.fixture
def standards(tmp_path):
    """The book's standards with one table, and the paper where it belongs."""

    def made(paper=PAPER, **changed):
        (tmp_path / "standards.toml").write_text(toml(**changed))
        (tmp_path / "certificates").mkdir(exist_ok=True)
        if paper is not None:
            (tmp_path / "certificates" / "K-12345.pdf").write_bytes(paper)
        return load_standards(tmp_path)

    return made


def test_a_standard_with_its_paper_is_found_by_its_serial_number(standards):
    assert standards(**ATTACHED).find("W-77", on=IN_FORCE).certificate == "K-12345"


def test_a_standard_need_not_have_its_paper_in_the_book(standards):
    assert standards(paper=None).find("W-77", on=IN_FORCE).attachment is None


def test_a_paper_that_was_exchanged_is_not_the_one_that_was_checked(standards):
    with pytest.raises(CalibrationError, match=r"expected SHA-256 .*; it is not the certificate that M. Klein checked"):
        standards(paper=b"another", **ATTACHED).find("W-77", on=IN_FORCE)


def test_a_paper_that_is_missing_is_asked_for(standards):
    with pytest.raises(CalibrationError, match=r"K-12345.pdf: expected the certificate of W-77"):
        standards(paper=None, **ATTACHED).find("W-77", on=IN_FORCE)


@pytest.mark.parametrize("missing", ["attachment", "attachment_sha256"])
def test_a_paper_and_its_hash_belong_together(standards, missing):
    with pytest.raises(CalibrationError, match="attachment and attachment_sha256 belong together"):
        standards(**{**ATTACHED, missing: ""})


@pytest.mark.parametrize("day", [date(2026, 1, 10), date(2027, 1, 9)])
def test_first_and_last_day_of_a_certificate_count(standards, day):
    assert standards().find("W-77", on=day)


@pytest.mark.parametrize("day", [date(2026, 1, 9), date(2027, 1, 10)])
def test_before_and_after_it_is_certified_for_nothing(standards, day):
    with pytest.raises(CalibrationError, match=f"is certified from 2026-01-10 to 2027-01-09, today is {day}"):
        standards().find("W-77", on=day)


def test_an_unknown_standard_is_refused_with_those_that_are_known(standards):
    with pytest.raises(CalibrationError, match="expected the standard 'W-78', found W-77; enter it"):
        standards().find("W-78", on=IN_FORCE)


def test_a_standard_of_another_kind_is_none(standards):
    """A weight confirms no voltage, however valid its certificate is."""
    assert standards().find("W-77", on=IN_FORCE, kind=MASS)
    with pytest.raises(CalibrationError, match=r"standards.toml: .*; name a standard of this kind"):
        standards().find("W-77", on=IN_FORCE, kind=VOLTAGE)


def test_a_book_without_standards_says_which_file_is_missing(tmp_path):
    with pytest.raises(CalibrationError, match=r"standards.toml: expected the reference standards, found No such file"):
        load_standards(tmp_path)


@pytest.mark.parametrize("content", [b"schema = ", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused_by_its_name(content):
    with pytest.raises(CalibrationError, match=r"book.toml: expected a TOML file in UTF-8"):
        read_standards(content, "book.toml")


@pytest.mark.parametrize("content", ["schema = 1\nstandard = []\n", toml().replace("schema = 1", "schema = 2")])
def test_a_list_that_cannot_be_used_says_what_to_correct(content):
    with pytest.raises(CalibrationError, match=r"book.toml: not a usable list of standards; correct:\n  "):
        read_standards(content.encode(), "book.toml")


@pytest.mark.parametrize(
    ("kind", "value", "expanded", "u"),
    [
        (MASS, "100.00012 g", "0.10 mg", "0.05 mg"),
        (TEMPERATURE, "22.1 degC", "0.02 K", "0.01 delta_degC"),
        (AIR_PRESSURE, "1013 hPa", "0.2 hPa", "0.1 hPa"),
    ],
)
def test_half_of_an_expanded_uncertainty_with_k_2_is_the_standard_one(kind, value, expanded, u):
    (one,) = read_standards(toml(value=f'"{value}"', expanded=f'"{expanded}"').encode(), "book.toml")
    found, u_found = certified(one, kind)
    number, unit = u.split()
    assert found == kind.parse("value", value)
    assert u_found.m_as(unit) == pytest.approx(float(number))


def test_a_weight_is_no_thermometer():
    (weight,) = read_standards(toml().encode(), "book.toml")
    with pytest.raises(UnitError):
        certified(weight, TEMPERATURE)
