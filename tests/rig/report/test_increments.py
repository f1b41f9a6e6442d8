"""A PDF is changed by appending to it; a check that looks at the beginning only would be told a lie."""

import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from rig.errors import EvidenceError
from rig.report.check import check_report
from rig.report.made import make_report

NAME = generic.NameObject


@pytest.fixture(scope="module")
def pdf(record):
    return make_report(record).pdf()


def appended(pdf, change):
    """The file with an increment behind it; the bytes before stay as they were."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf + b"\n"))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(pdf)
    return out.getvalue()


def other_words(writer):
    """Page one says something else."""
    page = writer.find_page_for_modification(0)[0].get_object()
    page[NAME("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"BT (pass) Tj ET"))
    writer.update_container(page)


def a_note(writer):
    """A box of text lies over the verdict."""
    page = writer.find_page_for_modification(0)[0].get_object()
    box = generic.ArrayObject([generic.NumberObject(n) for n in (50, 700, 500, 800)])
    note = {NAME("/Type"): NAME("/Annot"), NAME("/Subtype"): NAME("/FreeText"), NAME("/Rect"): box}
    page[NAME("/Annots")] = generic.ArrayObject([writer.add_object(generic.DictionaryObject(note))])
    writer.update_container(page)


def other_attachments(writer):
    """The catalog names other files."""
    writer.root[NAME("/Names")] = generic.DictionaryObject()
    writer.update_root()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (other_words, "/Contents of a page"),
        (a_note, "an annotation /FreeText on page 1"),
        (other_attachments, "/Names of a catalog"),
    ],
)
def test_what_was_appended_is_told(pdf, change, told):
    with pytest.raises(EvidenceError, match="by appending to it") as refused:
        check_report(appended(pdf, change))
    assert told in str(refused.value)


def test_bytes_behind_the_end_are_no_report_either(pdf):
    with pytest.raises(EvidenceError, match=r"pages are not those|cannot be read|expected a PDF"):
        check_report(pdf + b"\n% some words\n")
