"""A customer's file becomes requirements: texts as they are meant, nothing invented, bad files refused."""

import contextlib
import tomllib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.cli.app import run_app
from rig.errors import FileError
from rig.requirements.catalogue import load_catalogue
from rig.requirements.reqif.document import load_reqif, read_reqif
from rig.requirements.reqif.importing import imported
from rig.requirements.reqif.verdicts import with_verdicts
from tests.rig.requirements.conftest import HAZARDS
from tests.rig.requirements.reqif.conftest import CUSTOMERS, prefixed

FLOW = "The pump shall deliver µL.\nalways\n[object curve.png: a curve]"


@pytest.mark.parametrize(
    "text", [CUSTOMERS, prefixed(CUSTOMERS), "\ufeff" + CUSTOMERS, CUSTOMERS.replace("\n", "\r\n")]
)
def test_attributes_are_texts_by_their_long_names(customers, text):
    objects = load_reqif(customers(text)).objects
    assert list(objects) == ["_1", "_2", "_3", "_4"]
    assert objects["_1"].attributes["ReqIF.Text"] == FLOW
    assert objects["_1"].attributes["Rule"] == "guard-band-U"
    assert objects["_2"].attributes["Hazards"] == "HAZ-OVER, HAZ-FREE-FLOW", "the default of its type"


def test_a_file_in_latin_1(customers):
    text = CUSTOMERS.replace("UTF-8", "ISO-8859-1").replace("It stops.", "Es hält.")
    assert load_reqif(customers(text, "iso-8859-1")).objects["_2"].attributes["ReqIF.Text"] == "Es hält."


def test_what_the_customer_says_is_there_and_the_rest_is_empty(customers):
    made = imported(load_reqif(customers()), {"limit": "Grenzwert"})
    flow, stop = tomllib.loads(made.text)["requirement"]
    assert (flow["id"], flow["text"], flow["limit"], flow["rule"]) == ("REQ-FLOW", FLOW, "14.5 %", "guard-band-U")
    assert flow["hazards"] == ["HAZ-OVER", "HAZ-FREE-FLOW"]
    assert (stop["id"], stop["limit"], stop["rule"]) == ("REQ-2", "", "")
    assert (made.left_out, made.incomplete) == (("_3", "_4"), ("REQ-FLOW", "REQ-2"))


def test_nothing_passes_before_it_is_complete(customers, tmp_path):
    (tmp_path / "hazards.toml").write_text(HAZARDS)
    out = tmp_path / "requirements.toml"
    assert (
        run_app(["requirements", "import", str(customers()), "--out", str(out), "--attribute", "limit=Grenzwert"]) == 2
    )
    with pytest.raises(FileError) as refused:
        load_catalogue(tmp_path)
    assert {problem.key for problem in refused.value.problems} == {
        "requirement[0].rationale",
        *(f"requirement[1].{key}" for key in ("rationale", "limit", "rule")),
    }
    out.write_text(completed(out.read_text()))
    assert load_catalogue(tmp_path).requirements["REQ-FLOW"].reqif.object == "_1"


def completed(text):
    """What somebody fills in."""
    for key, value in (("rationale", "it must"), ("limit", "at most 0.5 uL/h"), ("rule", "guard-band-U")):
        text = text.replace(f'{key} = ""', f'{key} = "{value}"')
    return text


def test_requirements_that_are_there_are_not_overwritten(customers, tmp_path, capsys):
    out = tmp_path / "requirements.toml"
    out.write_text("mine")
    assert run_app(["requirements", "import", str(customers()), "--out", str(out)]) == 2
    assert "does not exist yet" in capsys.readouterr().err
    assert out.read_text() == "mine"


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>\n<REQ-IF'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("</REQ-IF>", "", "customer.reqif:95: expected XML"),
        ("<REQ-IF", BOMB, "no document type"),
        ("20110401", "20990101", "expected REQ-IF of http"),
        ('IDENTIFIER="_2"', 'IDENTIFIER="_1"', "found _1 again"),
        ('IDENTIFIER="_2"', "", "with an IDENTIFIER, found none"),
        (">_d-limit<", ">_gone<", "expected an attribute of a type of this file, found _gone"),
        (">_heading<", ">_gone<", "expected a type of this file, found _gone"),
        ("UTF-8", "shift_jis", "save it as UTF-8"),
        ("<xhtml:div>It", "<xhtml:div>" * 300 + "It", "within each other"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(customers, old, new, told):
    with pytest.raises(FileError) as refused:
        load_reqif(customers(CUSTOMERS.replace(old, new, 1)))
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("data", "told"), [(b"PK\x03\x04..", "unpack it"), (CUSTOMERS.encode("utf-16"), "UTF-16"), (b"", "XML")]
)
def test_what_is_no_such_file_at_all(tmp_path, data, told):
    path = tmp_path / "customer.reqif"
    path.write_bytes(data)
    with pytest.raises(FileError, match=told):
        load_reqif(path)


def test_two_ids_that_come_out_the_same(customers):
    text = CUSTOMERS.replace('IDENTIFIER="_2"', 'IDENTIFIER="REQ.FLOW"')
    with pytest.raises(FileError, match="an id of its own"):
        imported(load_reqif(customers(text)))


def test_an_id_without_a_letter_that_we_have_is_refused_and_not_cut_to_nothing(customers):
    text = CUSTOMERS.replace('IDENTIFIER="_2"', 'IDENTIFIER="\N{GREEK SMALL LETTER ALPHA}"')
    with pytest.raises(FileError, match=r"letters A to Z and digits, found .* \(as REQ-\)"):
        imported(load_reqif(customers(text)), {"id": "nobody has it"})


def test_an_attribute_that_nobody_has(customers):
    with pytest.raises(FileError, match=r"'Body', found Grenzwert, Hazards, ReqIF.ForeignID"):
        imported(load_reqif(customers()), {"text": "Body"})


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(CUSTOMERS) - 1), st.binary(max_size=6))
def test_whatever_is_broken_is_refused_and_never_a_defect(place, instead):
    raw = CUSTOMERS.encode()
    broken = raw[:place] + instead + raw[place + len(instead) :]
    with contextlib.suppress(FileError):
        document = read_reqif(broken, "customer.reqif")
        copy = with_verdicts(document, {"_1": {"Verdict": "pass"}}, datetime(2026, 3, 1, tzinfo=UTC))
        assert len(copy) > len(broken)
