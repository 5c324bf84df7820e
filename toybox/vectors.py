"""Points and rotations as plain tuples: hashable, comparable, and cheap to write down."""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vec3: TypeAlias = tuple[float, float, float]
Rotation: TypeAlias = tuple[Vec3, Vec3, Vec3]  # rows of the matrix that takes local to world coordinates

IDENTITY: Final[Rotation] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def vec(values: NDArray[np.float64]) -> Vec3:
    """An array of three as a tuple."""
    x, y, z = values.tolist()
    return x, y, z


def rotation(matrix: NDArray[np.float64]) -> Rotation:
    """A 3 x 3 array as tuples."""
    return vec(matrix[0]), vec(matrix[1]), vec(matrix[2])


def turn_x(angle: float) -> Rotation:
    """About X, in rad: +Y towards +Z."""
    c, s = math.cos(angle), math.sin(angle)
    return (1.0, 0.0, 0.0), (0.0, c, -s), (0.0, s, c)


def turn_y(angle: float) -> Rotation:
    """About Y, in rad: +Z towards +X."""
    c, s = math.cos(angle), math.sin(angle)
    return (c, 0.0, s), (0.0, 1.0, 0.0), (-s, 0.0, c)


def turn_z(angle: float) -> Rotation:
    """About Z, in rad: +X towards +Y."""
    c, s = math.cos(angle), math.sin(angle)
    return (c, -s, 0.0), (s, c, 0.0), (0.0, 0.0, 1.0)


def chain(*turns: Rotation) -> Rotation:
    """The product of rotations: the last one is applied first."""
    product = np.eye(3)
    for each in turns:
        product = product @ np.asarray(each)
    return rotation(product)


def apply(turn: Rotation, point: Vec3) -> Vec3:
    """A point, turned about the origin."""
    x, y, z = point
    first, second, third = (row[0] * x + row[1] * y + row[2] * z for row in turn)
    return first, second, third


def pointing(direction: Vec3) -> Rotation:
    """A rotation that takes +Z to a direction, of any length but zero."""
    z = np.asarray(direction, dtype=np.float64)
    z = z / np.linalg.norm(z)
    helper = np.array([1.0, 0.0, 0.0]) if abs(z[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
    x = np.cross(helper, z)
    x /= np.linalg.norm(x)
    return rotation(np.stack([x, np.cross(z, x), z], axis=1).astype(np.float64))


FLAT: Final[Rotation] = turn_x(math.pi / 2)  # takes +Z to -Y, towards the viewer, and +Y up
SIDEWAYS: Final[Rotation] = turn_y(math.pi / 2)  # takes +Z to +X
