"""Passwords: kept as Argon2id hashes (RFC 9106), never as text, never on a command line.

Length is what counts: at least 12 characters, and not the name. No expiry and no rules about digits, as NIST SP 800-63B
advises; a laboratory that wants them has them in its procedures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rig.people.errors import RefusedError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST: Final = 12
LONGEST: Final = 1024
#: Parameters of the hash; those of the library (RFC 9106, low memory) where none are given.
PARAMETERS: dict[str, Any] = {}


def hash_password(name: str, password: str) -> str:
    """The hash to keep of a new password.

    Args:
        name: of the user.
        password: as it was typed.

    Raises:
        RefusedError: it is too short, too long, or the name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise RefusedError("the password", [f"expected {SHORTEST} to {LONGEST} characters, found {len(password)}"])
    if name.casefold() in password.casefold() and len(password) < len(name) + SHORTEST:
        raise RefusedError("the password", ["it is made of the user's name"])
    return _hasher().hash(password)


def password_holds(hashed: str, password: str) -> bool:
    """Whether a password is the one of a hash; an empty hash takes as long and never holds."""
    from argon2.exceptions import VerificationError

    hasher = _hasher()
    if not hashed:
        hasher.hash(password[:LONGEST])  # nobody learns from the time whether there is such a user
        return False
    try:
        return hasher.verify(hashed, password[:LONGEST])
    except VerificationError:
        return False


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(**PARAMETERS)
