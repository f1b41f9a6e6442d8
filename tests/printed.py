"""The commands that the README and the pages print, as somebody would type them."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def pages():
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def printed_commands():
    """Of the blocks of code: (page, words), without comments, and up to a redirection or the next command."""
    for page in pages():
        for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
            for line in block.splitlines():
                if line.startswith("rig "):
                    words = shlex.split(re.split(r" && | > ", line)[0], comments=True)
                    yield f"{page.name}: {line}", words[1:]


def printed_in_a_line(start):
    """Commands in the text of a page, between back quotes, that begin with ``start``."""
    for page in pages():
        for command in re.findall(r"`(rig [^`]*)`", page.read_text(encoding="utf-8")):
            if command.startswith(start):
                yield f"{page.name}: {command}", shlex.split(command)[1:]
