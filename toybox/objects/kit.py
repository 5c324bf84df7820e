"""What builders are written with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from ..colours import (
    BLACK,
    BLUE,
    BRICK,
    BROWN,
    CREAM,
    CRUST,
    DARK,
    GLASS,
    GOLD,
    GREEN,
    IRON,
    LEAF,
    ORANGE,
    PALE_WOOD,
    PINK,
    RED,
    SAND,
    SKIN,
    STEEL,
    STONE,
    WHITE,
    WOOD,
    YELLOW,
)  # fmt: skip
from ..primitives import (
    Primitive,
    arc,
    around,
    ball,
    both,
    box,
    cone,
    cylinder,
    ellipsoid,
    prism,
    ring,
    rod,
    taper,
    tube,
)  # fmt: skip
from ..scene import Material, Paint, Part, Pattern, Place, Shape
from ..thing import Thing, Variation
from ..vectors import FLAT, IDENTITY, SIDEWAYS, Rotation, Vec3, chain, turn_x, turn_y, turn_z

MAIN: Final = 0  # the first colour that the caption names
SECOND: Final = 1
TALL: Final = ("tall",)
TALL_WIDE: Final = ("tall", "wide")


def part(
    paint: Paint | Material,
    *solids: Primitive | Iterable[Primitive],
    blend: float = 0.0,
    cuts: Sequence[Primitive] = (),
    hull: Sequence[Primitive] = (),
) -> Part:
    """Solids (or lists of them) of one colour, or one material."""
    flat = tuple(each for solid in solids for each in ((solid,) if isinstance(solid, Primitive) else solid))
    material = paint if isinstance(paint, Material) else Material(paint)
    return Part(material, flat, blend, tuple(cuts), tuple(hull))


def shape(*parts: Part | Iterable[Part], **places: Place) -> Shape:
    """Parts (or lists of them), and where other objects can go."""
    return Shape(tuple(each for some in parts for each in ((some,) if isinstance(some, Part) else some)), places)


def striped(first: Paint, second: Paint, period: float, axis: Vec3 = (0.0, 0.0, 1.0), start: float = 0.0) -> Material:
    """Stripes across an axis."""
    origin = (axis[0] * start, axis[1] * start, axis[2] * start)
    return Material(first, second, Pattern.STRIPES, axis, origin, period)


def dotted(first: Paint, second: Paint, period: float) -> Material:
    """Dots."""
    return Material(first, second, Pattern.DOTS, period=period)


def two_tone(below: Paint, above: Paint, height: float, axis: Vec3 = (0.0, 0.0, 1.0)) -> Material:
    """One paint below a height, another above."""
    origin = (axis[0] * height, axis[1] * height, axis[2] * height)
    return Material(below, above, Pattern.TWO_TONE, axis, origin)


def top(x: float, y: float, z: float, radius: float, height: float = math.inf) -> Place:
    """Room for another object: the middle of its floor, its radius and height."""
    return Place((x, y, z), radius, height)


def eyes(x: float, y: float, z: float, radius: float) -> Part:
    """A pair of black ones."""
    return part(BLACK, both(ball((x, y, z), radius)))


def legs(x: float, y: float, z: float, length: float, radius: float, foot: float | None = None) -> list[Primitive]:
    """Four, straight down from (±x, ±y, z)."""
    foot = radius if foot is None else foot
    return both(*(taper((x, at, z), (x, at, z - length), radius, foot) for at in (-y, y)))


def driving(parts: Shape) -> Shape:
    """A vehicle that was built with its front at +x, turned to face -y."""
    return parts.placed(turn=turn_z(-math.pi / 2))


__all__ = [
    "BLACK", "BLUE", "BRICK", "BROWN", "CREAM", "CRUST", "DARK", "FLAT", "GLASS", "GOLD", "GREEN", "IDENTITY", "IRON",
    "LEAF", "MAIN", "ORANGE", "PALE_WOOD", "PINK", "RED", "SAND", "SECOND", "SIDEWAYS", "SKIN", "STEEL", "STONE",
    "TALL", "TALL_WIDE", "WHITE", "WOOD", "YELLOW", "Material", "Paint", "Part", "Place", "Primitive", "Rotation",
    "Shape", "Thing", "Variation", "Vec3", "arc", "around", "ball", "both", "box", "chain", "cone", "cylinder",
    "dotted", "driving", "ellipsoid", "eyes", "legs", "part", "prism", "ring", "rod", "shape", "striped", "taper",
    "top", "tube", "turn_x", "turn_y", "turn_z", "two_tone",
]  # fmt: skip
