"""Plain solids, the alphabet of the world."""

from __future__ import annotations

import math
from typing import Final

from . import kit


def ball(v: kit.Variation) -> kit.Shape:
    return kit.shape(kit.part(kit.MAIN, kit.ball((0, 0, 0), 1)))


def cube(v: kit.Variation) -> kit.Shape:
    return kit.shape(
        kit.part(kit.MAIN, kit.box((0, 0, 0), (1, 1, 1), v.uniform(0.02, 0.12))), top=kit.top(0, 0, 1, 0.9)
    )


def cylinder(v: kit.Variation) -> kit.Shape:
    half, radius = v.height(0.9, 1.3), v.width(0.85, 1.0)
    return kit.shape(
        kit.part(kit.MAIN, kit.cylinder((0, 0, 0), radius, half, 0.03)), top=kit.top(0, 0, half, radius * 0.9)
    )


def cone(v: kit.Variation) -> kit.Shape:
    return kit.shape(kit.part(kit.MAIN, kit.cone((0, 0, 0), v.width(0.9, 1.0), 0.02, v.height(0.85, 1.2))))


def pyramid(v: kit.Variation) -> kit.Shape:
    half, height = v.width(0.9, 1.1), v.height(0.65, 0.8)
    wide = 4 * half  # two wedges, crossed: what lies in both is the pyramid
    solid = kit.prism((0, 0, 0), half, 0.02, height, half, 0.0)
    lean = [_beyond(sign, half, height, wide) for sign in (-1, 1)]
    return kit.shape(kit.part(kit.MAIN, solid, cuts=lean))


def _beyond(sign: int, half: float, height: float, wide: float) -> kit.Primitive:
    """All that lies outside the pyramid's front or back."""
    slope = sign * math.atan2(half, 2 * height)
    turn = kit.turn_x(slope)
    y, z = math.cos(slope) * sign * wide, math.sin(slope) * sign * wide
    return kit.box((0, sign * half / 2 + y, z), (wide, wide, wide), 0.0, turn)


def ring(v: kit.Variation) -> kit.Shape:
    return kit.shape(kit.part(kit.MAIN, kit.ring((0, 0, 0), 1, v.uniform(0.18, 0.28), kit.FLAT)))


def star(v: kit.Variation) -> kit.Shape:
    depth = v.uniform(0.16, 0.24)
    arms = [kit.prism((0, 0, 0.5), 0.36, 0.02, 0.5, depth).turned(kit.turn_y(2 * math.pi * i / 5)) for i in range(5)]
    return kit.shape(kit.part(kit.MAIN, arms, kit.cylinder((0, 0, 0), 0.42, depth, 0.01, kit.FLAT)))


def heart(v: kit.Variation) -> kit.Shape:
    plump = v.uniform(0.46, 0.52)
    return kit.shape(kit.part(kit.MAIN, kit.both(kit.taper((0.42, 0, 0.35), (0.02, 0, -0.75), plump, 0.1)), blend=0.05))


THINGS: Final = (
    kit.Thing("ball", "{0} ball", ball, patterns=True),
    kit.Thing("cube", "{0} cube", cube, patterns=True),
    kit.Thing("cylinder", "{0} cylinder", cylinder, ("tall", "wide"), patterns=True),
    kit.Thing("conep", "{0} cone", cone, ("tall", "wide"), patterns=True),
    kit.Thing("pyramid", "{0} pyramid", pyramid, ("tall", "wide"), patterns=True),
    kit.Thing("ring", "{0} ring", ring),
    kit.Thing("star", "{0} star", star),
    kit.Thing("heart", "{0} heart", heart),
)
