r"""The seal of a calibration record: SHA-256 of every byte before its last table.

>>> sealed = sealed_text('schema = 2\n')
>>> print(sealed.splitlines()[-2])
[seal]
>>> seal_problem(sealed.encode())
''
>>> seal_problem(sealed.replace("2", "3", 1).encode())[:36]
'the file was changed after its seal:'

A seal shows damage and careless change. Whoever can write the file can also write a new seal: it is no signature.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

_TABLE: Final = re.compile(rb'\n\[seal\]\nsha256 = "([0-9a-f]{64})"\n\Z')


def sealed_text(text: str) -> str:
    """The text of a record with its seal.

    Args:
        text: the TOML text, without a table ``[seal]``.
    """
    body = text.rstrip("\n") + "\n"
    return f'{body}\n[seal]\nsha256 = "{hashlib.sha256(body.encode()).hexdigest()}"\n'


def seal_problem(content: bytes) -> str:
    """Why the seal of a file does not hold; empty where it does."""
    match = _TABLE.search(content)
    if match is None:
        return "expected a table [seal] with sha256 at the very end, found none; rig calibrate writes sealed records"
    found, said = hashlib.sha256(content[: match.start()]).hexdigest(), match[1].decode()
    if found != said:
        return (
            f"the file was changed after its seal: expected SHA-256 {said[:12]}..., found {found[:12]}...; restore the "
            "file, and enter a correction as a new record that supersedes it"
        )
    return ""
