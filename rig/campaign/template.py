"""Values with sums in braces, as fault files say them: ``"{t0 + 0.5} h"`` is ``"1.5 h"`` where t0 is 1.

>>> known = {"e": 0.0, "m": 30, "t0": 1}
>>> filled({"gain": "{(1 + e) * (1 + m / 100)}", "stall": [["{t0} h", "{t0 + m / 60} h"]]}, known)
{'gain': 1.3, 'stall': [['1 h', '1.5 h']]}

A text that is one pair of braces becomes the number itself; others stay text. Sums know ``+ - * /``, brackets and
``floor(...)``.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from typing import TYPE_CHECKING, Any, Final

from calibration.errors import DoseproofError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_OPERATORS: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class TemplateError(DoseproofError):
    """A sum that cannot be worked out."""


def filled(value: Any, known: Mapping[str, float]) -> Any:
    """A value with every pair of braces worked out, through lists and tables.

    Args:
        value: text, number, list or table.
        known: numbers by name.

    Raises:
        TemplateError: a name that is not known, or no sum.
    """
    if isinstance(value, str):
        return _text(value, known)
    if isinstance(value, list | tuple):
        return [filled(one, known) for one in value]
    if isinstance(value, dict):
        return {key: filled(one, known) for key, one in value.items()}
    return value


def _text(text: str, known: Mapping[str, float]) -> str | float:
    if whole := _BRACES.fullmatch(text):
        return _plain(_sum(whole[1], known))
    return _BRACES.sub(lambda found: f"{_plain(_sum(found[1], known)):.12g}", text)


def _plain(number: float) -> float:
    """A whole number as one, for options that count; others without the noise of the arithmetic."""
    return int(number) if float(number).is_integer() else float(f"{number:.12g}")


def _sum(text: str, known: Mapping[str, float]) -> float:
    try:
        return _worked_out(ast.parse(text.strip(), mode="eval").body, known)
    except (SyntaxError, ZeroDivisionError, KeyError, TypeError, ValueError) as error:
        names = ", ".join(sorted(known))
        raise TemplateError(
            f"{{{text}}}: expected a sum of numbers and {names}, with + - * / and floor(), found something else"
        ) from error


def _worked_out(node: ast.expr, known: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return known[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_worked_out(inner, known)
        case ast.BinOp(left=left, op=op, right=right):
            made: float = _OPERATORS[type(op)](_worked_out(left, known), _worked_out(right, known))
            return made
        case ast.Call(func=ast.Name(id="floor"), args=[inner], keywords=[]):
            return math.floor(_worked_out(inner, known))
    raise ValueError(ast.dump(node))
