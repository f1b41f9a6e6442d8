"""A digital signature over the file: PAdES by pyHanko, with a certificate that the laboratory configures.

    sign_pdf(pdf, Certificate.load(Path("lab.p12"), passphrase))

It says who issued these bytes, and that none was changed. It is not the signature of a person under a result: that one
is printed on the pages, with its meaning. No server is asked, for the time either; the time is the signer's own.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError

if TYPE_CHECKING:
    from pathlib import Path

    from rig.report.made import Report

FIELD = "Laboratory"
#: Typst ends a file without a new line; an increment after it would break PDF/A.
JOINT = b"\n"


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key.

    Attributes:
        signer: of pyHanko.
        name: whose.
    """

    signer: Any
    name: str

    @classmethod
    def load(cls, path: Path, passphrase: str) -> Certificate:
        """Read a PKCS#12 file.

        Raises:
            EvidenceError: no such file, a wrong passphrase, or no key in it.
        """
        from pyhanko.sign.signers import SimpleSigner

        try:
            data = path.read_bytes()
        except OSError as error:
            raise EvidenceError(f"{path}: expected a certificate (PKCS#12), found {error.strerror or error}") from error
        try:
            signer = SimpleSigner.load_pkcs12_data(data, other_certs=[], passphrase=passphrase.encode())
        except ValueError as error:
            raise EvidenceError(
                f"{path}: expected a certificate with its key (PKCS#12); the file or its passphrase is wrong"
            ) from error
        return cls(signer, str(signer.signing_cert.subject.human_friendly))


def refuse_unsignable(report: Report) -> None:
    """Refuse to put a laboratory's name under what is no evidence.

    Raises:
        EvidenceError: with every reason.
    """
    if report.not_to_sign:
        listed = "\n".join(f"  - {reason}" for reason in report.not_to_sign)
        raise EvidenceError(f"this report is not signed:\n{listed}\nIt can be made without a certificate.")


def sign_pdf(pdf: bytes, certificate: Certificate) -> bytes:
    """The file with a signature behind it; the bytes before stay as they were.

    Args:
        pdf: as :meth:`rig.report.made.Report.pdf` makes it.
        certificate: of the laboratory.

    Raises:
        EvidenceError: the file cannot be signed.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    wanted = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason="issued by the laboratory"
    )
    signer = PdfSigner(wanted, certificate.signer, new_field_spec=SigFieldSpec(FIELD))
    try:
        writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf + JOINT))
        # pyHanko would write the metadata anew and lose the PDF/A part of it.
        writer._update_meta = lambda: None  # noqa: SLF001
        return bytes(signer.sign_pdf(writer).getvalue())
    except (PdfError, SigningError) as error:
        raise EvidenceError(f"the report could not be signed: {error}") from error
