"""Plain solids, the alphabet of the world."""

from __future__ import annotations

import math
from typing import Final

from .kit import (
    FLAT,
    MAIN,
    PI,
    Primitive,
    Shape,
    Thing,
    Variation,
    ball,
    both,
    box,
    cone,
    cylinder,
    part,
    prism,
    ring,
    shape,
    taper,
    top,
    turn_x,
    turn_y,
)


def ball_(v: Variation) -> Shape:
    return shape(part(MAIN, ball((0, 0, 0), 1)))


def cube(v: Variation) -> Shape:
    return shape(part(MAIN, box((0, 0, 0), (1, 1, 1), v.uniform(0.02, 0.12))), top=top(0, 0, 1, 0.9))


def cylinder_(v: Variation) -> Shape:
    half, radius = v.height(0.9, 1.3), v.width(0.85, 1.0)
    return shape(part(MAIN, cylinder((0, 0, 0), radius, half, 0.03)), top=top(0, 0, half, radius * 0.9))


def cone_(v: Variation) -> Shape:
    return shape(part(MAIN, cone((0, 0, 0), v.width(0.9, 1.0), 0.02, v.height(0.85, 1.2))))


def pyramid(v: Variation) -> Shape:
    half, height = v.width(0.9, 1.1), v.height(0.65, 0.8)
    wide = 4 * half  # two wedges, crossed: what lies in both is the pyramid
    solid = prism((0, 0, 0), half, 0.02, height, half, 0.0)
    lean = [_beyond(sign, half, height, wide) for sign in (-1, 1)]
    return shape(part(MAIN, solid, cuts=lean))


def _beyond(sign: int, half: float, height: float, wide: float) -> Primitive:
    """All that lies outside the pyramid's front or back."""
    slope = sign * math.atan2(half, 2 * height)
    turn = turn_x(slope)
    y, z = math.cos(slope) * sign * wide, math.sin(slope) * sign * wide
    return box((0, sign * half / 2 + y, z), (wide, wide, wide), 0.0, turn)


def ring_(v: Variation) -> Shape:
    return shape(part(MAIN, ring((0, 0, 0), 1, v.uniform(0.18, 0.28), FLAT)))


def star(v: Variation) -> Shape:
    depth = v.uniform(0.16, 0.24)
    arms = [prism((0, 0, 0.5), 0.36, 0.02, 0.5, depth).turned(turn_y(2 * PI * i / 5)) for i in range(5)]
    return shape(part(MAIN, arms, cylinder((0, 0, 0), 0.42, depth, 0.01, FLAT)))


def heart(v: Variation) -> Shape:
    plump = v.uniform(0.46, 0.52)
    return shape(part(MAIN, both(taper((0.42, 0, 0.35), (0.02, 0, -0.75), plump, 0.1)), blend=0.05))


THINGS: Final = (
    Thing("ball", "{0} ball", ball_, patterns=True),
    Thing("cube", "{0} cube", cube, patterns=True),
    Thing("cylinder", "{0} cylinder", cylinder_, ("tall", "wide"), patterns=True),
    Thing("conep", "{0} cone", cone_, ("tall", "wide"), patterns=True),
    Thing("pyramid", "{0} pyramid", pyramid, ("tall", "wide"), patterns=True),
    Thing("ring", "{0} ring", ring_),
    Thing("star", "{0} star", star),
    Thing("heart", "{0} heart", heart),
)
