"""What one small mistake looks like: for a node of the syntax tree, the nodes that a mistaken hand might have written.

>>> import ast
>>> sum_of_two = ast.parse("a + b", mode="eval").body
>>> [ast.unparse(wrong) for wrong in replacements(sum_of_two)]
['a - b']

What is not mutated, because no test should depend on it, is said in :mod:`places`.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

ARITHMETIC: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.MatMult: ast.Mult,
}
#: The neighbour of each comparison: a boundary that moves by one point, or the opposite where there is no boundary.
COMPARISON: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPPOSITES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)


def replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Every mistake at this node itself; its children have their own."""
    make = _MAKERS.get(type(node))
    if make is not None:
        yield from make(node)


def negated(test: ast.expr) -> Iterator[ast.expr]:
    """The condition turned round, unless another mistake does that already."""
    single = isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], OPPOSITES)
    if not single and not isinstance(test, (ast.UnaryOp, ast.Constant)):
        yield ast.UnaryOp(ast.Not(), test)


def _changed(node: ast.AST, **fields: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _arithmetic(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    other = ARITHMETIC.get(type(node.op))
    if other is not None:
        yield _changed(node, op=other())


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for i, op in enumerate(node.ops):
        yield _changed(node, ops=[*node.ops[:i], COMPARISON[type(op)](), *node.ops[i + 1 :]])


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def _sign(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    """A switch the other way; a whole number one higher; a number of any size doubled and one more; another key."""
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, float):
        yield ast.Constant(2.0 * value + 1.0)
    elif isinstance(value, str) and value and not any(letter.isspace() for letter in value):
        yield ast.Constant("XX" + value)


def _return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield ast.Return(ast.Constant(None))


def _call(node: ast.Call) -> Iterator[ast.AST]:
    """One keyword argument forgotten, so that a default holds."""
    for i, keyword in enumerate(node.keywords):
        if keyword.arg not in {None, "dtype", "strict"}:
            yield _changed(node, keywords=[*node.keywords[:i], *node.keywords[i + 1 :]])


def _forgotten(node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass()


def _step(node: ast.Expr) -> Iterator[ast.AST]:
    """A call for its effect, forgotten: the check that nobody makes."""
    if isinstance(node.value, (ast.Call, ast.Yield, ast.YieldFrom)):
        yield ast.Pass()


def _continue(node: ast.Continue) -> Iterator[ast.AST]:
    yield ast.Break()


_MAKERS = {
    ast.AugAssign: _arithmetic,
    ast.BinOp: _arithmetic,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.Compare: _comparison,
    ast.Constant: _constant,
    ast.Continue: _continue,
    ast.Expr: _step,
    ast.Raise: _forgotten,
    ast.Return: _return,
    ast.UnaryOp: _sign,
}
