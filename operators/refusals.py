"""How an operator says that something went wrong: in Blender's report, in words and with what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dreamfusion_blender.errors import DreamFusionError
from ..translations import translated

if TYPE_CHECKING:
    from bpy.types import Operator


def refuse(operator: Operator, error: DreamFusionError) -> set[str]:
    """Report the error and return what `execute` is to return. A script gets it as a RuntimeError."""
    operator.report({"ERROR"}, translated(error.message))
    return {"CANCELLED"}
