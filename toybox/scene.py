"""What a scene is: parts of one material each, made of primitives, with colours that captions name left open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .primitives import Primitive
from .vectors import Rotation, Vec3, apply

Paint: TypeAlias = Vec3 | int  # sRGB, or the number of a colour in Scene.colours


class Pattern(IntEnum):
    """How a material mixes its two paints; x is the position along `axis`, from `origin`."""

    PLAIN = 0  # the first alone
    STRIPES = 1  # the second where x falls into the second half of a period
    DOTS = 2  # the second in balls on a body-centred cubic lattice of this period
    TWO_TONE = 3  # the second where x > 0


@dataclass(frozen=True)
class Material:
    """What a part's surface looks like."""

    first: Paint
    second: Paint = (0.0, 0.0, 0.0)
    pattern: Pattern = Pattern.PLAIN
    axis: Vec3 = (0.0, 0.0, 1.0)  # unit length
    origin: Vec3 = (0.0, 0.0, 0.0)
    period: float = 1.0


@dataclass(frozen=True)
class Part:
    """A solid of one material: the smooth union of its solids, less its cuts."""

    material: Material
    solids: tuple[Primitive, ...]
    blend: float = 0.0  # width of the smooth union, 0: none
    cuts: tuple[Primitive, ...] = ()
    hull: tuple[Primitive, ...] = ()  # what bounds it, where the cuts leave much less than the solids

    def primitives(self) -> tuple[Primitive, ...]:
        """Solids and cuts."""
        return self.solids + self.cuts


@dataclass(frozen=True)
class Place:
    """Where another object can go: on a surface, into a hollow, onto a head."""

    centre: Vec3  # of the disc on which the other stands
    radius: float  # of that disc
    height: float = math.inf  # of the room above it


@dataclass(frozen=True)
class Shape:
    """An object as its builder made it, of any size and anywhere."""

    parts: tuple[Part, ...]
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))

    def placed(self, scale: float = 1.0, shift: Vec3 = (0.0, 0.0, 0.0), turn: Rotation | None = None) -> Shape:
        """Turned about the origin, scaled about it, then shifted."""

        def move(solid: Primitive) -> Primitive:
            return (solid if turn is None else solid.turned(turn)).scaled(scale).moved(shift)

        def point(at: Vec3) -> Vec3:
            at = at if turn is None else apply(turn, at)
            return at[0] * scale + shift[0], at[1] * scale + shift[1], at[2] * scale + shift[2]

        def dress(material: Material) -> Material:
            axis = material.axis if turn is None else apply(turn, material.axis)
            return replace(material, axis=axis, origin=point(material.origin), period=material.period * scale)

        parts = tuple(
            Part(
                dress(part.material),
                tuple(map(move, part.solids)),
                part.blend * scale,
                tuple(map(move, part.cuts)),
                tuple(map(move, part.hull)),
            )
            for part in self.parts
        )
        places = {
            name: replace(place, centre=point(place.centre), radius=place.radius * scale, height=place.height * scale)
            for name, place in self.places.items()
        }
        return Shape(parts, places)

    def renumbered(self, offset: int) -> Shape:
        """With the numbers of its colours raised, to stand beside another object's."""

        def raised(paint: Paint) -> Paint:
            return paint + offset if isinstance(paint, int) else paint

        def change(material: Material) -> Material:
            return replace(material, first=raised(material.first), second=raised(material.second))

        return replace(self, parts=tuple(replace(part, material=change(part.material)) for part in self.parts))

    def support(self, directions: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far it reaches along unit vectors [D, 3]: [D]. What a smooth union adds is counted in full."""
        reach = [
            solid.support(directions) + part.blend * math.log(len(part.solids)) * BLEND_SCALE
            for part in self.parts
            for solid in part.hull or part.solids
        ]
        return np.max(reach, axis=0)

    def box(self) -> tuple[Vec3, Vec3]:
        """Lower and upper corner."""
        axes = np.concatenate([-np.eye(3), np.eye(3)])
        reach = self.support(axes)
        low, high = (-reach[:3]).tolist(), reach[3:].tolist()
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])


# A blend of width w between two surfaces lifts their seam by w / 4, as the usual polynomial one does:
# the soft minimum -s log(sum exp(-d / s)) lifts it by s log 2.
BLEND_SCALE = 0.25 / math.log(2.0)


@dataclass(frozen=True)
class Scene:
    """A shape inside the unit sphere, and the colours its paints refer to."""

    shape: Shape
    colours: tuple[Vec3, ...] = ()
