"""Quantities in files: a pydantic field that takes text with a unit and nothing else.

>>> from typing import Annotated
>>> from pydantic import BaseModel
>>> from calibration.units import MASS, Quantity
>>> class Balance(BaseModel, arbitrary_types_allowed=True):
...     repeatability: Annotated[Quantity, FromText(MASS, positive=True)]
>>> Balance(repeatability="0.02 mg").repeatability
<Quantity(0.02, 'milligram')>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calibration.errors import ImplausibleError
from calibration.units import Kind

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from calibration.units import Quantity


@dataclass(frozen=True)
class FromText:
    """The annotation: which kind, and whether zero and less are refused.

    Attributes:
        kind: what the text must measure.
        positive: refuse zero and negative values.
        not_negative: refuse negative values.
    """

    kind: Kind
    positive: bool = False
    not_negative: bool = False

    def read(self, text: object) -> Quantity:
        """The quantity that the text says, checked.

        Raises:
            UnitError: as :meth:`calibration.units.Kind.parse`, and out of sign.
        """
        value = self.kind.parse(self.kind.name, text)
        number = self.kind.magnitude(self.kind.name, value)
        if number < 0 and (self.positive or self.not_negative):
            raise ImplausibleError(f"{self.kind.name}: expected no negative value, found {text!r}")
        if number == 0 and self.positive:
            raise ImplausibleError(f"{self.kind.name}: expected more than zero, found {text!r}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic to read text through :meth:`read`."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.read)
