"""The key of a store (Ed25519): it signs checkpoints and statements, so that both can be checked away from the machine.

The private half lies beside an SQLite store (``STORE.key``), or in the user's settings for a database on a server,
readable by its owner only. It shows which store something came from. It is no person's signature, and who can read the
file can sign with it: what protects is the copy of a checkpoint that somebody else holds.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.record.columns import canonical_json
from rig.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: Where a signed JSON object keeps who signed it, and the signature over everything else.
PUBLIC, SIGNATURE = "public_key", "signature"


def key_path(where: str) -> Path:
    """The usual place of a store's key."""
    from rig.store.engine import shown, sqlite_path

    path = sqlite_path(where)
    if path is not None:
        return path.with_name(f"{path.name}.key")
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return settings / "doseproof" / f"{hashlib.sha256(shown(where).encode()).hexdigest()[:16]}.key"


def load_key(path: Path) -> Ed25519PrivateKey:
    """The key in a file; made where there is none.

    Raises:
        StoreError: the file holds something else, or cannot be read or written.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        if not path.exists():
            _make(path)
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{path}: expected the key of the store, found: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StoreError(f"{path}: expected an Ed25519 key, found {type(key).__name__}")
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half, in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def signed(key: Ed25519PrivateKey, content: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object with the key's name and signature.

    Args:
        key: of the store.
        content: plain JSON.
    """
    said = {**content, PUBLIC: public_text(key)}
    return {**said, SIGNATURE: key.sign(canonical_json(said)).hex()}


def signature_holds(content: Mapping[str, Any]) -> bool:
    """Whether a signed JSON object is what its own key signed; whose key that is, is another question."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(content[PUBLIC]))
        rest = {name: value for name, value in content.items() if name != SIGNATURE}
        key.verify(bytes.fromhex(content[SIGNATURE]), canonical_json(rest))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return True


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
