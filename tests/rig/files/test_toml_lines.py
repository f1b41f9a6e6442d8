"""Where each key of a TOML file stands."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.toml_lines import key_lines, line_of

TEXT = '''\
# a comment with = and [brackets]
a = "x = [1]"   # another
b.c = """
[not.a.table]
d = 1
"""

[[list]]
name = 'one'
[list.inner]
x = 1
[[list]]
name = "two"
pairs = [
  {k = 1},
  # between
  {k = [2,
        3]},
]
["quoted key"."x.y"]
z = 2026-01-01T00:00:00Z
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2), (("b", "c"), 3), (("list", 0), 8), (("list", 0, "name"), 9), (("list", 0, "inner", "x"), 11),
        (("list", 1, "name"), 13), (("list", 1, "pairs", 1, "k"), 17), (("list", 1, "pairs", 1, "k", 1), 18),
        (("quoted key", "x.y", "z"), 21),
    ],
)  # fmt: skip
def test_every_key_has_its_line(path, line):
    assert key_lines(TEXT)[path] == line
    assert key_lines(TEXT.replace("\n", "\r\n"))[path] == line


def test_a_key_that_is_not_there_has_the_line_of_its_table():
    lines = key_lines(TEXT)

    assert line_of(lines, ("list", 1, "nothing", 3)) == 12
    assert line_of(lines, ("nothing",)) == 0


def leaves(value, path=()):
    """Every path of parsed TOML."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from leaves(item, (*path, key))


KEYS = st.sampled_from(["a", "b", "c", '"d e"', "f-1"])
SCALARS = st.sampled_from(["1", "-2.5e3", "true", '"x # ]"', "'}'", "08:00:00", '"""\n[q]\n"""'])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "\n]")
        | st.dictionaries(KEYS, SCALARS.filter(lambda text: "\n" not in text), max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["[t{}]", "[[list]]", "[t{}.sub]"]), st.dictionaries(KEYS, VALUES, max_size=4)))
)
def test_no_key_that_tomllib_finds_is_missed(tables):
    text = "".join(
        header.format(index) + "\n" + "".join(f"{key} = {value}\n" for key, value in pairs.items())
        for index, (header, pairs) in enumerate(tables)
    )
    lines = key_lines(text)
    assert set(leaves(tomllib.loads(text))) == set(lines)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="a=[]{}\"'.,\n# 1\\", max_size=60))
def test_anything_is_survived(text):
    assert all(line >= 1 for line in key_lines(text).values())
