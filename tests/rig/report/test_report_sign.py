"""The digital signature of a laboratory: it holds, a foreign reader finds it, and whatever is changed breaks it."""

import datetime as dt
import io
import os
import subprocess

import page
import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from rig.errors import EvidenceError
from rig.report.check import check_report
from rig.report.made import make_report
from rig.report.seals import load_roots
from rig.report.sign import Certificate, refuse_unsignable, sign_pdf
from tests.missing import program

NAME = "Pump laboratory, for tests"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A certificate with its key, and the same without."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)  # noqa: TID251 (a certificate for tests must be valid today)
    usage = x509.KeyUsage(True, True, False, False, False, True, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = serialization.BestAvailableEncryption(b"open")
    (folder / "lab.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"lab", key, certificate, None, secret))
    (folder / "lab.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder


@pytest.fixture(scope="module")
def of_class(quick, reseal, tmp_path_factory):
    """The same run as if other hardware had been there."""
    return lambda name: reseal(quick, tmp_path_factory.mktemp(name) / "run", evidence_class=name)


@pytest.fixture(scope="module")
def plain(of_class, details):
    return make_report(of_class("device"), details).pdf()


@pytest.fixture(scope="module")
def signed(plain, files):
    return sign_pdf(plain, Certificate.load(files / "lab.p12", "open"))


def test_it_holds_and_is_trusted_where_its_root_is_known(signed, files):
    found = check_report(signed, load_roots([files / "lab.pem"]))
    assert [(seal.name, seal.intact, seal.trusted) for seal in found.seals] == [(f"Common Name: {NAME}", True, True)]
    assert [verdict.outcome for verdict in found.verdicts.values()] == ["pass"]
    assert found.pages_compared


def test_without_a_root_it_says_that_trust_was_not_judged_and_no_traceback(signed, caplog):
    assert "NOT checked against a trusted certificate" in check_report(signed).lines[0]
    assert not caplog.records


def test_what_was_signed_is_the_reproducible_file_as_it_was(plain, signed):
    assert signed.startswith(plain)


def test_it_is_still_an_archive_and_a_foreign_reader_finds_the_signature(signed):
    found = page.validate_pdf_bytes(signed, profile=page.ValidationProfile.PDF_A_3A)
    assert {one.rule_id for one in found.failures} <= {"PDFA3A-STREAM-LENGTH-001"}
    fields = pypdf.PdfReader(io.BytesIO(signed)).get_fields()
    assert fields["Laboratory"]["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"


def test_a_foreign_validator_accepts_it(signed, files, tmp_path):
    """OpenSSL, over the bytes that the PDF says were signed; it knows nothing of PDF."""
    field = pypdf.PdfReader(io.BytesIO(signed)).get_fields()["Laboratory"]["/V"]
    a, b, c, d = field["/ByteRange"]
    (tmp_path / "bytes").write_bytes(signed[a : a + b] + signed[c : c + d])
    (tmp_path / "cms").write_bytes(bytes.fromhex(signed[a + b + 1 : c - 1].decode()))
    assert c + d == len(signed)
    for root, wanted in ((files / "lab.pem", True), (tmp_path / "bytes", False)):
        done = subprocess.run(verifying(tmp_path, root), capture_output=True, check=False)
        assert (done.returncode == 0) is wanted, done.stderr


def verifying(folder, root):
    """The command that verifies a detached signature in a folder."""
    what = ["-binary", "-inform", "DER", "-in", folder / "cms", "-content", folder / "bytes", "-out", os.devnull]
    return [program("openssl"), "cms", "-verify", *what, "-CAfile", root, "-purpose", "any"]


@pytest.mark.parametrize("part", [0.02, 0.2, 0.5, 0.8])
def test_a_changed_byte_breaks_it(signed, plain, part):
    data = bytearray(signed)
    data[int(part * len(plain))] ^= 0x01
    with pytest.raises(EvidenceError):
        check_report(bytes(data))


def test_what_is_added_after_signing_is_found(signed):
    with pytest.raises(EvidenceError, match=r"added to the file after it was signed|does not hold"):
        check_report(signed + b"\n% more\n")


def test_a_signature_of_somebody_else_is_not_trusted(signed, tmp_path, files):
    stranger = files / "stranger.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stranger")])
    now = dt.datetime.now(dt.UTC)  # noqa: TID251
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(8)
    made = made.not_valid_before(now).not_valid_after(now + dt.timedelta(days=1)).sign(key, hashes.SHA256())
    stranger.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    with pytest.raises(EvidenceError, match="leads to none of the trusted certificates"):
        check_report(signed, load_roots([stranger]))


@pytest.mark.parametrize("name", ["simulated", "surrogate"])
def test_only_device_evidence_is_signed(of_class, name):
    with pytest.raises(EvidenceError, match=f"the evidence is {name}"):
        refuse_unsignable(make_report(of_class(name), attach=False))
    refuse_unsignable(make_report(of_class("device"), attach=False))


@pytest.mark.parametrize(("name", "passphrase"), [("lab.p12", "wrong"), ("lab.pem", "open"), ("none.p12", "open")])
def test_a_wrong_passphrase_or_file_is_said_plainly(files, name, passphrase):
    with pytest.raises(EvidenceError, match="expected a certificate"):
        Certificate.load(files / name, passphrase)


def test_a_page_that_somebody_changed_and_then_signed_himself_is_found(plain, files):
    """The signature holds, the bytes of the report stand before it, and yet page one says something else."""
    from tests.rig.report.test_increments import appended, other_words

    lying = sign_pdf(appended(plain, other_words), Certificate.load(files / "lab.p12", "open"))
    assert lying.startswith(plain)
    with pytest.raises(EvidenceError, match="/Contents of a page"):
        check_report(lying)
