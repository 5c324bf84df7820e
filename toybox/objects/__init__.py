"""All things, by name."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from ..thing import Thing
from . import furniture, solids, vessels

THINGS: Final = MappingProxyType(
    {thing.name: thing for theme in (solids, vessels, furniture) for thing in theme.THINGS}
)

__all__ = ["THINGS", "Thing"]
