"""What the README and the pages print is a command as it stands: its name, its options, and all that it needs."""

import click
import pytest
import typer

from rig.cli.app import app
from tests.printed import printed_commands

PRINTED = dict(printed_commands())


def parse(command, words, parent=None):
    """As the command line does it, without carrying anything out."""
    context = command.make_context(words[0] if words else "rig", [*words], parent=parent)
    if isinstance(command, click.Group):
        _, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        parse(inner, rest, context)


@pytest.mark.parametrize("words", PRINTED.values(), ids=PRINTED)
def test_a_printed_command_is_one(words, monkeypatch):
    monkeypatch.delenv("DOSEPROOF_OPERATOR", raising=False)
    parse(typer.main.get_command(app), words)


def test_there_are_many_of_them():
    assert len(PRINTED) > 60
