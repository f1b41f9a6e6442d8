"""Verdicts go into a copy: the customer's file stays as it is, and every byte of it stands in the copy."""

import hashlib
from datetime import UTC, datetime

import pytest
from reqif.cli.cli_arg_parser import ValidateCommandConfig
from reqif.commands.validate.validate import ValidateCommand
from reqif.parser import ReqIFParser

from rig.cli.app import run_app
from rig.errors import FileError
from rig.requirements.reqif.document import load_reqif, read_reqif
from rig.requirements.reqif.importing import imported
from rig.requirements.reqif.verdicts import with_verdicts
from tests.rig.requirements.conftest import HAZARDS, SUITE
from tests.rig.requirements.reqif.conftest import CUSTOMERS, prefixed
from tests.rig.requirements.reqif.test_reqif_in import completed

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
SAID = {
    "_1": {"Verdict": "pass", "Device": 'µ "P" <7> & co\n2nd line', "Tests": "x" * 3000},
    "_3": {"Verdict": "none"},
    "_4": {"Verdict": "none"},
}
FORMS = {
    "as it is": CUSTOMERS,
    "with prefix": prefixed(CUSTOMERS),
    "in one line": CUSTOMERS.replace("\n", " "),
    "carriage returns": CUSTOMERS.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + CUSTOMERS,
}


def copied(path, said=SAID):
    return with_verdicts(load_reqif(path), said, AT)


@pytest.mark.parametrize("form", FORMS)
def test_the_schema_of_reqif_holds_for_the_copy(customers, tmp_path, form):
    copy = tmp_path / "verdicts.reqif"
    copy.write_bytes(copied(customers(FORMS[form])))
    found = ValidateCommand._validate(ValidateCommandConfig(input_file=str(copy), use_reqif_schema=True))
    assert [one.get_description() for one in (*found.schema_errors, *found.semantic_warnings)] == []


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {"with prefix"}))  # which the foreign reader does not understand
def test_a_foreign_reader_finds_the_verdicts(customers, tmp_path, form):
    copy = tmp_path / "verdicts.reqif"
    copy.write_bytes(copied(customers(FORMS[form])))
    objects = ReqIFParser.parse(str(copy)).core_content.req_if_content.spec_objects
    first = next(one for one in objects if one.identifier == "_1")
    assert [a.value for a in first.attributes if a.definition_ref == "_doseproof-1-verdict"] == ["pass"]


@pytest.mark.parametrize("form", FORMS)
def test_the_texts_come_back_as_they_were_said(customers, form):
    objects = read_reqif(copied(customers(FORMS[form])), "copy").objects
    for identifier, said in SAID.items():
        found = objects[identifier].attributes
        assert {name.removeprefix("Doseproof."): v for name, v in found.items() if "Doseproof" in name} == said
    assert "Doseproof.Verdict" not in objects["_2"].attributes


def test_no_line_of_the_original_is_changed(customers):
    path = customers()
    before = path.read_bytes()
    lines = iter(copied(path, {"_1": SAID["_1"]}).splitlines())
    assert all(line in lines for line in before.splitlines()), "a line is missing or out of order"
    assert path.read_bytes() == before


def test_only_what_closed_itself_is_opened(customers):
    original = customers().read_bytes()
    opened = original.replace(b"<VALUES/>", b"<VALUES></VALUES>")
    opened = opened.replace(b'LONG-NAME="Heading"/>', b'LONG-NAME="Heading"></SPEC-OBJECT-TYPE>')
    rest = iter(copied(customers()))
    assert all(byte in rest for byte in opened), "a byte is missing or out of order"


def test_verdicts_are_not_put_upon_verdicts(customers, tmp_path):
    path = tmp_path / "verdicts.reqif"
    path.write_bytes(copied(customers()))
    with pytest.raises(FileError, match="start from the original"):
        copied(path)


def test_an_object_that_is_not_in_the_file(customers):
    with pytest.raises(FileError, match="expected the objects _9"):
        copied(customers(), {"_9": {"Verdict": "pass"}})


@pytest.fixture
def project(customers, tmp_path, run_of):
    """Suites whose requirements were imported from the customer's file, and a run that passed."""
    folder = tmp_path / "acceptance"
    folder.mkdir()
    made = imported(load_reqif(customers()), {"limit": "Grenzwert"})
    (folder / "requirements.toml").write_text(completed(made.text))
    (folder / "hazards.toml").write_text(HAZARDS)
    (folder / "test_flow.py").write_text(SUITE)
    runs = run_of("run", "REQ-FLOW", "pass")

    def trace(customers_file=None, out="verdicts.reqif"):
        file = customers_file or tmp_path / "customer.reqif"
        return run_app(["trace", str(folder), "--runs", str(runs), "--reqif", str(file), "--out", str(tmp_path / out)])

    return trace


def test_the_way_there_and_back(project, tmp_path):
    before = hashlib.sha256((tmp_path / "customer.reqif").read_bytes()).hexdigest()
    assert project() == 1, "REQ-2 has no test"
    objects = load_reqif(tmp_path / "verdicts.reqif").objects
    flow, stop = objects["_1"].attributes, objects["_2"].attributes
    assert (flow["Doseproof.Verdict"], flow["Doseproof.EvidenceClass"]) == ("pass", "device")
    assert (flow["Doseproof.Record"], flow["Doseproof.RecordSHA256"]) == ("run", "not sealed")
    assert (stop["Doseproof.Verdict"], stop["Doseproof.Gap"]) == ("none", "no test")
    assert hashlib.sha256((tmp_path / "customer.reqif").read_bytes()).hexdigest() == before


def test_the_copy_is_not_written_over_anything(project, capsys):
    assert project(out="customer.reqif") == 2
    assert "does not exist yet" in capsys.readouterr().err


def test_a_text_that_the_customer_changed_since_gets_no_verdict(project, tmp_path, capsys):
    later = tmp_path / "later.reqif"
    later.write_text(CUSTOMERS.replace("It stops.", "It stops within a minute."))
    assert project(later) == 2
    assert "the text of REQ-2 as it was imported, found another in _2" in capsys.readouterr().err
    assert not (tmp_path / "verdicts.reqif").exists()


def test_a_record_that_was_changed_is_not_quoted(project, tmp_path, capsys):
    (tmp_path / "runs" / "run" / "manifest.json").write_text('{"schema": 1}')
    assert project() == 2
    assert "found it changed" in capsys.readouterr().err


def test_requirements_that_were_never_imported(suites, customers, tmp_path, capsys):
    out = str(tmp_path / "v.reqif")
    assert run_app(["trace", str(suites()), "--reqif", str(customers()), "--out", out]) == 2
    assert "import it first" in capsys.readouterr().err
