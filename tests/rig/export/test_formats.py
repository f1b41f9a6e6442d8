"""Foreign readers get every bit of a record back, with units in the headers, hash and evidence class in every file."""

import csv
import math
import struct

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from rig.export.contents import rows_of
from rig.record import Record
from tests.rig.export.conftest import COUNTS, FORMULAE, HARD, HEX, SHELF, TEXTS


def bits(values):
    return [struct.pack("<d", value) for value in values]


def csv_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        lines = file.readlines()
    facts = [line for line in lines if line.startswith("# ")]
    return dict(line[2:].strip().split(": ", 1) for line in facts), list(csv.reader(lines[len(facts) :]))


def test_csv_gives_every_bit_again(hard, exported):
    folder = exported(hard(), "csv")
    _, (head, *rows) = csv_rows(folder / "balance.csv")
    assert head == ["t [s]", "mass [g]", "raw", "stable", "status", "data [hex]"]
    columns = list(zip(*rows, strict=True))
    assert bits(map(float, columns[1])) == bits(HARD)
    assert list(map(int, columns[2])) == list(COUNTS)
    assert columns[3][:2] == ("true", "false")
    assert (columns[4], columns[5]) == (TEXTS, HEX)


def test_no_text_of_a_csv_file_begins_a_formula(hard, exported):
    _, (head, *rows) = csv_rows(exported(hard(texts=FORMULAE), "csv") / "balance.csv")
    written = [row[head.index("status")] for row in rows]
    assert written == [f"'{text}" for text in FORMULAE]
    assert bits(float(row[1]) for row in rows) == bits(HARD)  # a number is none, though one of them begins with a minus


def test_no_fact_above_a_csv_file_begins_a_formula(hard, exported):
    path = exported(hard(operator='Ann,=1+1;@SUM(1),"=2"'), "csv") / "balance.csv"
    line = next(line for line in path.read_text().splitlines() if line.startswith("# operator"))
    assert line == "# operator: Ann,'=1+1;'@SUM(1),'\"=2\""


def test_a_workbook_holds_formulae_as_texts(hard, exported):
    sheet = load_workbook(exported(hard(texts=FORMULAE), "xlsx") / "hard.xlsx")["balance"]
    cells = [row[4] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == list(FORMULAE)
    assert {cell.data_type for cell in cells} == {"s"}


def test_csv_is_read_by_arrow_too(exported):
    import pyarrow.csv as pc

    folder = exported(Record.open(SHELF), "csv")
    skipped = len(csv_rows(folder / "balance.csv")[0])
    table = pc.read_csv(folder / "balance.csv", pc.ReadOptions(skip_rows=skipped))
    assert bits(table["mass [g]"].to_pylist()) == bits(Record.open(SHELF).stream("balance")["mass_g"])


def test_parquet_gives_every_bit_again(hard, exported):
    import pyarrow.parquet as pq

    table = pq.read_table(exported(hard(), "parquet") / "balance.parquet", page_checksum_verification=True)
    assert table.field("mass_g").metadata[b"unit"] == b"g"
    assert bits(table["mass_g"].to_pylist()) == bits(HARD)
    assert table["raw"].to_pylist() == list(COUNTS)
    assert (table["status"].to_pylist(), [one.hex() for one in table["data"].to_pylist()]) == (list(TEXTS), list(HEX))


def test_tdms_gives_every_bit_again(hard, exported):
    from nptdms import TdmsFile

    group = TdmsFile.read(exported(hard(), "tdms") / "hard.tdms")["balance"]
    assert group["mass_g"].properties["unit_string"] == "g"
    assert bits(group["mass_g"][:]) == bits(HARD)
    assert group["raw"][:].tolist() == list(COUNTS)
    assert group["stable"][:].tolist() == [True, False] * 4
    assert (list(group["status"][:]), list(group["data"][:])) == (list(TEXTS), list(HEX))


def test_xlsx_gives_every_bit_again(hard, exported):
    sheet = load_workbook(exported(hard(), "xlsx") / "hard.xlsx")["balance"]
    head, *rows = sheet.iter_rows(values_only=True)
    columns = list(zip(*rows, strict=True))
    assert head == ("t [s]", "mass [g]", "raw", "stable", "status", "data [hex]")
    assert bits(map(float, columns[1])) == bits(HARD)
    assert list(map(int, columns[2])) == list(COUNTS)
    assert columns[3] == (True, False) * 4
    assert [unescape(text or "") for text in columns[4]] == list(TEXTS)
    assert [text or "" for text in columns[5]] == list(HEX)


def facts_of(folder, kind):
    """Facts of each file, as a foreign reader finds them."""
    import pyarrow.parquet as pq
    from nptdms import TdmsFile

    for path in folder.iterdir():
        if kind == "csv":
            yield csv_rows(path)[0]
        elif kind == "parquet":
            said = pq.read_schema(path).metadata
            yield {name.decode().removeprefix("doseproof."): value.decode() for name, value in said.items()}
        elif kind == "tdms":
            yield TdmsFile.read_metadata(path).properties
        else:
            yield dict(load_workbook(path)["about"].iter_rows(values_only=True))


@pytest.mark.parametrize("kind", ["csv", "parquet", "tdms", "xlsx"])
def test_every_file_names_record_and_evidence_class(hard, exported, kind):
    record = hard()
    files = list(facts_of(exported(record, kind), kind))
    assert {one["record_sha256"] for one in files} == {record.manifest["record_sha256"]}
    assert {one["evidence_class"] for one in files} == {"surrogate"}


def test_a_stream_without_a_row_is_there(hard, exported):
    folder = exported(hard(), "csv")
    facts, rows = csv_rows(folder / "silent.csv")
    assert (facts["rows"], rows) == ("0", [])
    assert ["silent", "0", ""] in csv_rows(folder / "streams.csv")[1]


def test_every_format_holds_a_stream_without_a_row(hard, exported):
    from nptdms import TdmsFile

    record = hard()
    assert (exported(record, "parquet") / "silent.parquet").is_file()
    assert "silent" in [one.name for one in TdmsFile.read(exported(record, "tdms") / "hard.tdms").groups()]
    assert "silent" in load_workbook(exported(record, "xlsx") / "hard.xlsx").sheetnames


def test_findings_have_value_uncertainty_limits_rule_and_risk(exported):
    record = Record.open(SHELF)
    _, (head, *rows) = csv_rows(exported(record, "csv") / "findings.csv")
    sealed = next(one for one in record.result["findings"] if one["name"] == "mean_flow_error")
    row = next(dict(zip(head, row, strict=True)) for row in rows if row[0] == "mean_flow_error")
    assert [float(row[key]) for key in ("value", "u", "U", "k")] == [sealed[key] for key in ("value", "u", "U", "k")]
    assert (row["unit"], row["rule"], row["verdict"]) == ("%", "guard-band-U", "pass")
    assert [float(row["lower_limit"]), float(row["upper_limit"])] == sealed["limits"]
    assert float(row["risk_of_false_pass"]) == sealed["facts"]["risk_of_false_pass"]


def test_what_does_not_exist_is_empty_and_never_zero(hard, exported):
    from nptdms import TdmsFile

    record = hard()
    _, (head, row) = csv_rows(exported(record, "csv") / "findings.csv")
    assert dict(zip(head, row, strict=True))["lower_limit"] == ""
    assert math.isnan(TdmsFile.read(exported(record, "tdms") / "hard.tdms")["findings"]["lower_limit"][0])
    head, row = load_workbook(exported(record, "xlsx") / "hard.xlsx")["findings"].iter_rows(values_only=True)
    assert dict(zip(head, row, strict=True))["lower_limit"] is None


def test_the_delivery_is_that_of_the_assessment(exported):
    from rig.assessment import assess

    record = Record.open(SHELF)
    _, (head, *rows) = csv_rows(exported(record, "csv", with_delivery=True) / "delivery.csv")
    columns = dict(zip(head, zip(*rows, strict=True), strict=True))
    curve = assess(record).curve
    assert bits(map(float, columns["delivered [uL]"])) == bits(curve.delivered_ul)
    assert bits(map(float, columns["u_delivered [uL]"])) == bits(curve.u_ul)


def test_portions_of_a_long_stream_are_all_there():
    record = Record.open(SHELF)
    times = [row[0] for batch in record.batches("wire") for row in rows_of(batch)]
    assert bits(times) == bits(record.stream("wire", "t_s")["t_s"])
