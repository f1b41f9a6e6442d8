"""What the digital signatures of a file are worth."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Seal:
    """One signature of a file.

    Attributes:
        name: of the certificate.
        signed: when, as the signer says.
        intact: whether it holds, and nothing stands behind it.
        trusted: whether it leads to a given root; None where no root was given.
        problem: why it does not hold; empty if it does.
    """

    name: str
    signed: str
    intact: bool
    trusted: bool | None
    problem: str = ""


def load_roots(paths: Sequence[Path]) -> list[Any]:
    """Certificates that are trusted.

    Raises:
        EvidenceError: a file is none.
    """
    from pyhanko.keys import load_certs_from_pemder

    try:
        load: Any = load_certs_from_pemder
        return list(load([str(path) for path in paths]))
    except (OSError, ValueError) as error:
        raise EvidenceError(f"expected certificates (PEM or DER), found: {error}") from error


def seals_of(reader: Any, roots: Sequence[Any]) -> list[Seal]:
    """Check every signature of a file; nothing is asked from the network.

    Args:
        reader: pyHanko's, of the file.
        roots: of :func:`load_roots`; without any, trust is not judged.

    Raises:
        EvidenceError: the file is too damaged to find them.
    """
    try:
        with _quiet():
            return [_seal(signature, list(roots)) for signature in reader.embedded_signatures]
    except Exception as error:  # a damaged file may fail anywhere in the parser
        raise EvidenceError(f"the signatures cannot be read; the file is damaged: {error}") from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The library logs a certificate that nobody vouches for with a traceback; the answer says it in words."""
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _seal(signature: Any, roots: list[Any]) -> Seal:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    signed = signature.self_reported_timestamp
    try:
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=signed)
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except (PdfError, ValueError) as error:
        return Seal("unknown", str(signed), intact=False, trusted=None, problem=str(error))
    name = str(status.signing_cert.subject.human_friendly)
    problem = _problem(status)
    return Seal(name, f"{signed:%Y-%m-%d %H:%M:%S %Z}", not problem, bool(status.trusted) if roots else None, problem)


def _problem(status: Any) -> str:
    from pyhanko.sign.validation import SignatureCoverageLevel

    if not status.intact:
        return "the signed bytes were changed"
    if not status.valid:
        return "the signature does not fit the certificate"
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        return "something was added to the file after it was signed"
    return ""
