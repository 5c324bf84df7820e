"""Two objects together: on, under, next to, inside, wearing."""

from __future__ import annotations

from typing import Final

import numpy as np

from .description import Relation
from .scene import Shape

# Which objects a relation joins: those that come first in the caption, and those that come second.
_LOOSE: Final = ("ball", "cube", "cylinder", "conep", "mug", "donut", "apple", "hat", "candle", "teddy", "duck", "cat",
                 "mushroom", "bird", "trophy", "star", "teapot", "rabbit", "book", "bottle")  # fmt: skip
_SUPPORTS: Final = ("cube", "table", "chair", "stool", "cylinder", "barrel", "roundtable", "drum", "desk", "bench")
_ROOFS: Final = ("table", "chair", "stool", "desk", "bench")
_SMALL: Final = ("ball", "apple", "star", "duck", "teddy", "cat", "cube", "rabbit", "pear", "heart")
_VESSELS: Final = ("mug", "bucket", "bowl", "basket")
_HEADS: Final = ("cat", "dog", "pig", "duck", "penguin", "bird", "teddy", "robot", "boy", "girl")
_HATS: Final = ("hat", "crown", "cap")
RELATIONS_OF: Final[dict[Relation, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "on": (_LOOSE, _SUPPORTS),
    "under": (_SMALL, _ROOFS),
    "next to": (_LOOSE, _LOOSE),
    "inside": (_SMALL, _VESSELS),
    "wearing": (_HEADS, _HATS),
}
GAP: Final = 0.1  # between neighbours, in radii of the larger one


def place_pair(relation: Relation, first: Shape, other: Shape, rng: np.random.Generator) -> Shape:
    """One shape of two, whose colours are numbered already."""
    if relation == "next to":
        return _beside(first, other, rng)
    if relation == "on":
        return _onto(first, other, "top", rng)
    if relation == "inside":
        return _onto(first, other, "inside", rng)
    if relation == "under":
        return _onto(first, other, "under", rng)
    return _onto(other, first, "head", rng)


def _beside(first: Shape, other: Shape, rng: np.random.Generator) -> Shape:
    first, other = first.placed(float(rng.uniform(0.75, 1.0))), other.placed(float(rng.uniform(0.75, 1.0)))
    (_, _, floor), (right, _, _) = first.box()
    (left, _, ground), _ = other.box()
    first = first.placed(shift=(-right - GAP / 2, 0.0, -floor))
    other = other.placed(shift=(-left + GAP / 2, 0.0, -ground))
    return Shape(first.parts + other.parts)


def _onto(guest: Shape, host: Shape, name: str, rng: np.random.Generator) -> Shape:
    """The guest on a place of the host's, as large as it has room."""
    place = host.places[name]
    (x0, y0, z0), (x1, y1, z1) = guest.box()
    foot = np.hypot(x1 - x0, y1 - y0) / 2 if name == "inside" else max(x1 - x0, y1 - y0) / 2
    scale = min(place.radius / foot, place.height / (z1 - z0)) * float(rng.uniform(0.85, 0.98))
    if name == "head":
        scale = place.radius / _hollow(guest)
    scale = min(scale, 0.9)
    x, y, z = place.centre
    shift = (x - (x0 + x1) / 2 * scale, y - (y0 + y1) / 2 * scale, z - z0 * scale)
    return Shape(guest.placed(scale, shift).parts + host.parts)


def _hollow(hat: Shape) -> float:
    """The radius of the head a hat is made for."""
    return hat.places["rim"].radius
