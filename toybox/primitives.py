"""What everything is made of: solids with exact signed distances (distance.py), each its own mirror image in x."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from .vectors import IDENTITY, Rotation, Vec3, apply, chain, pointing, turn_z

Size = tuple[float, float, float, float, float]


class Kind(IntEnum):
    """What a primitive's five sizes mean, in its own axes. Lengths in units of the world."""

    ELLIPSOID = 0  # three semi-axes
    BOX = 1  # three half sides, radius of rounded edges
    FRUSTUM = 2  # radius at -z, radius at +z, half height, radius of rounded edges
    ARC = 3  # radius of the ring in the xy-plane, of its wire; half the angle, about +y
    ROUND_CONE = 4  # radius of the ball at -z, of the ball at +z, half their distance
    PRISM = 5  # half width in x at -z, at +z, half height, half depth in y, radius of rounded edges


@dataclass(frozen=True)
class Primitive:
    """One solid: where it is, how it is turned and how large."""

    kind: Kind
    centre: Vec3
    size: Size
    rotation: Rotation = IDENTITY

    def moved(self, by: Vec3) -> Primitive:
        """Shifted."""
        x, y, z = self.centre
        return replace(self, centre=(x + by[0], y + by[1], z + by[2]))

    def scaled(self, factor: float) -> Primitive:
        """Grown about the origin."""
        x, y, z = self.centre
        size = [each * factor for each in self.size]
        if self.kind is Kind.ARC:
            size[2] = self.size[2]  # an angle
        return replace(self, centre=(x * factor, y * factor, z * factor), size=tuple(size))

    def turned(self, turn: Rotation) -> Primitive:
        """Turned about the origin."""
        return replace(self, centre=apply(turn, self.centre), rotation=chain(turn, self.rotation))

    def mirrored(self) -> Primitive:
        """Its mirror image in x."""
        x, y, z = self.centre
        (a, b, c), (d, e, f), (g, h, i) = self.rotation
        return replace(self, centre=(-x, y, z), rotation=((a, -b, -c), (-d, e, f), (-g, h, i)))

    def radius(self) -> float:
        """Of a sphere about the centre that holds all of it."""
        a, b, c, d, _ = self.size
        if self.kind is Kind.ELLIPSOID:
            return max(a, b, c)
        if self.kind is Kind.BOX:
            return math.hypot(a, b, c)
        if self.kind is Kind.FRUSTUM:
            return math.hypot(max(a, b), c)
        if self.kind is Kind.ARC:
            return a + b
        if self.kind is Kind.ROUND_CONE:
            return c + max(a, b)
        return math.hypot(max(a, b), c, d)

    def support(self, directions: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far it reaches along unit vectors [D, 3], from the origin: [D]."""
        x, y, z = (directions @ np.asarray(self.rotation)).T
        a, b, c, d, _ = self.size
        across = np.hypot(x, y)
        if self.kind is Kind.ELLIPSOID:
            reach = np.sqrt((a * x) ** 2 + (b * y) ** 2 + (c * z) ** 2)
        elif self.kind is Kind.BOX:
            reach = a * abs(x) + b * abs(y) + c * abs(z)
        elif self.kind is Kind.FRUSTUM:
            reach = np.maximum(a * across - c * z, b * across + c * z)
        elif self.kind is Kind.ARC:
            beyond = np.maximum(abs(np.arctan2(x, y)) - c, 0.0)  # how far the direction lies past the arc's end
            reach = a * across * np.cos(beyond) + b
        elif self.kind is Kind.ROUND_CONE:
            reach = np.maximum(a - c * z, b + c * z)
        else:
            reach = np.maximum(a * abs(x) - c * z, b * abs(x) + c * z) + d * abs(y)
        return directions @ np.asarray(self.centre) + reach


def ellipsoid(centre: Vec3, radii: Vec3, turn: Rotation = IDENTITY) -> Primitive:
    """Semi-axes along its own x, y, z."""
    return Primitive(Kind.ELLIPSOID, centre, (*radii, 0.0, 0.0), turn)


def ball(centre: Vec3, radius: float) -> Primitive:
    """A sphere: a round cone of no length, which is cheaper than an ellipsoid."""
    return Primitive(Kind.ROUND_CONE, centre, (radius, radius, 0.0, 0.0, 0.0))


def box(centre: Vec3, half: Vec3, rounding: float = 0.02, turn: Rotation = IDENTITY) -> Primitive:
    """Half sides; the rounding stays within them."""
    return Primitive(Kind.BOX, centre, (*half, min(rounding, *half), 0.0), turn)


def cylinder(centre: Vec3, radius: float, half: float, rounding: float = 0.01, turn: Rotation = IDENTITY) -> Primitive:
    """Standing along z."""
    return cone(centre, radius, radius, half, rounding, turn)


def cone(
    centre: Vec3, bottom: float, top: float, half: float, rounding: float = 0.01, turn: Rotation = IDENTITY
) -> Primitive:
    """Standing along z, with the radii of its ends."""
    rounding = min(rounding, half, max(bottom, top))
    return Primitive(Kind.FRUSTUM, centre, (bottom, top, half, rounding, 0.0), turn)


def ring(centre: Vec3, radius: float, wire: float, turn: Rotation = IDENTITY) -> Primitive:
    """A torus lying in the xy-plane."""
    return arc(centre, radius, wire, math.pi, turn)


def arc(centre: Vec3, radius: float, wire: float, half_angle: float, turn: Rotation = IDENTITY) -> Primitive:
    """A piece of a torus with round ends, in the xy-plane, half the angle to each side of +y."""
    return Primitive(Kind.ARC, centre, (radius, wire, half_angle, 0.0, 0.0), turn)


def prism(
    centre: Vec3,
    bottom: float,
    top: float,
    half: float,
    depth: float,
    rounding: float = 0.01,
    turn: Rotation = IDENTITY,
) -> Primitive:
    """A trapezium in the xz-plane (half widths, half height), drawn out along y to each side by the depth."""
    rounding = min(rounding, half, depth, max(bottom, top))
    return Primitive(Kind.PRISM, centre, (bottom, top, half, depth, rounding), turn)


def rod(start: Vec3, end: Vec3, radius: float) -> Primitive:
    """A cylinder with round ends from point to point."""
    return taper(start, end, radius, radius)


def taper(start: Vec3, end: Vec3, first: float, last: float) -> Primitive:
    """The hull of two balls. When one swallows the other, that ball."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    length = float(np.linalg.norm(b - a))
    if length <= abs(first - last) + 1e-6:
        return ball(start, first) if first >= last else ball(end, last)
    x, y, z = ((a + b) / 2).tolist()
    return Primitive(Kind.ROUND_CONE, (x, y, z), (first, last, length / 2, 0.0, 0.0), pointing(tuple((b - a).tolist())))


def tube(points: list[Vec3], radii: list[float], pieces: int = 6) -> list[Primitive]:
    """A bent, tapering tube: round cones along a Bézier curve of any degree with these control points and radii."""
    t = np.linspace(0, 1, pieces + 1)[:, None, None]
    control = np.concatenate([np.asarray(points, float), np.asarray(radii, float)[:, None]], axis=1)[None]
    control = np.repeat(control, pieces + 1, axis=0)
    while control.shape[1] > 1:  # de Casteljau
        control = (1 - t) * control[:, :-1] + t * control[:, 1:]
    knots = control[:, 0].tolist()
    return [taper((a, b, c), (d, e, f), r, s) for (a, b, c, r), (d, e, f, s) in itertools.pairwise(knots)]


def both(*primitives: Primitive) -> list[Primitive]:
    """Each primitive with its mirror image in x."""
    return [side for each in primitives for side in (each, each.mirrored())]


def around(primitive: Primitive, count: int, start: float = 0.0) -> list[Primitive]:
    """Copies turned about the z-axis, evenly."""
    return [primitive.turned(turn_z(start + 2 * math.pi * index / count)) for index in range(count)]
