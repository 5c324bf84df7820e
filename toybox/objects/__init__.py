"""All things, by name."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from ..thing import Thing
from . import (
    beasts,
    buildings,
    creatures,
    everyday,
    figures,
    food,
    furniture,
    plants,
    solids,
    tools,
    vehicles,
    vessels,
)  # fmt: skip

_THEMES: Final = (
    solids, vessels, furniture, beasts, creatures, figures, plants, food, vehicles, tools, everyday, buildings,
)  # fmt: skip
THINGS: Final = MappingProxyType({thing.name: thing for theme in _THEMES for thing in theme.THINGS})

__all__ = ["THINGS", "Thing"]
