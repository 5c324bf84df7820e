"""Shapes as points on their surfaces: brought to one size, laid over each other, and how far apart they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from dreamfusion_blender.inputs import sample_triangles

__all__ = ["Cloud", "Placement", "align", "chamfer", "cloud_of", "volume_iou"]

Floats = NDArray[np.float64]

POINTS: Final = 4096  # on a surface: the same shape sampled twice has a Chamfer distance of about 0.03 from itself
FEW: Final = 256  # of them, while turns are tried
SOME: Final = 1024  # of them, while the best turns are improved
TURNS: Final = 36  # that are tried
BEST: Final = 3  # of them, that are improved
ROUNDS: Final = 12  # of improvement
BOX: Final = 1.05  # how much larger than both shapes' bounding box the grid is


@dataclass(frozen=True)
class Cloud:
    """Points [P, 3] about their mean, at root mean square distance 1 from it; and where they were before."""

    points: Floats
    centre: Floats  # [3]
    scale: float  # that length 1 here was there

    def brought(self, points: Floats) -> Floats:
        """Points [N, 3] of where the shape was, here."""
        return (points - self.centre) / self.scale

    def taken_back(self, points: Floats) -> Floats:
        """Points [N, 3] of here, where the shape was."""
        return points * self.scale + self.centre


@dataclass(frozen=True)
class Placement:
    """A turn about z in rad, counter-clockwise seen from above, then a shift [3]."""

    turn: float
    shift: Floats

    def __call__(self, points: Floats) -> Floats:
        """Points [N, 3] placed."""
        return points @ rotation(self.turn).T + self.shift

    def undone(self, points: Floats) -> Floats:
        """Points [N, 3] as they were before."""
        return (points - self.shift) @ rotation(self.turn)


def rotation(turn: float) -> Floats:
    """The matrix [3, 3] of a turn about z."""
    sine, cosine = np.sin(turn), np.cos(turn)
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def cloud_of(vertices: NDArray[np.floating], triangles: NDArray[np.integer], count: int = POINTS) -> Cloud:
    """`count` places spread evenly over triangles [T, 3] of vertices [V, 3], at one size whatever theirs was."""
    # Each triangle gets at least one place, which crowds small ones: more are taken, and kept by what they stand for.
    corners = vertices[triangles].astype(np.float64)
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    places, owners = sample_triangles(corners, 8 * count)
    density = areas[owners] / np.bincount(owners, minlength=len(corners))[owners]
    chosen = np.random.default_rng(0).choice(len(places), count, replace=False, p=density / density.sum())
    points = places[chosen]
    centre = points.mean(axis=0)
    scale = float(np.sqrt(((points - centre) ** 2).sum(axis=1).mean()))
    return Cloud((points - centre) / scale, centre, scale)


def chamfer(one: Floats, other: Floats) -> float:
    """Mean distance from a point of one set [P, 3] to the nearest of the other [Q, 3], both ways, and of these the
    mean; in the points' unit."""
    there, _ = KDTree(other).query(one)
    back, _ = KDTree(one).query(other)
    return float(np.mean(there) + np.mean(back)) / 2


def align(moving: Floats, still: Floats) -> tuple[Placement, float]:
    """The turn about z and the shift that bring points [P, 3] nearest to others [Q, 3], and their Chamfer distance.

    All turns are tried with few points, the best of them improved: each point is paired with the nearest one, and the
    turn and shift that fit all pairs best are known in closed form (iterative closest point, Besl and McKay 1992).
    """
    few, few_still = _thinned(moving, FEW), _thinned(still, FEW)
    starts = [Placement(index * 2 * np.pi / TURNS, np.zeros(3)) for index in range(TURNS)]
    starts.sort(key=lambda each: chamfer(each(few), few_still))
    some, some_still = _thinned(moving, SOME), _thinned(still, SOME)
    improved = [_improved(each, some, some_still) for each in starts[:BEST]]
    best = min(improved, key=lambda each: chamfer(each(some), some_still))
    return best, chamfer(best(moving), still)


def _improved(placement: Placement, moving: Floats, still: Floats) -> Placement:
    tree = KDTree(still)
    for _ in range(ROUNDS):
        placed = placement(moving)
        there = tree.query(placed)[1]
        back = KDTree(placed).query(still)[1]
        placement = best_placement(np.concatenate([moving, moving[back]]), np.concatenate([still[there], still]))
    return placement


def _thinned(points: Floats, count: int) -> Floats:
    return points[:: max(1, len(points) // count)]


def best_placement(moving: Floats, still: Floats) -> Placement:
    """The turn about z and the shift with the least squares between pairs of points, [N, 3] both."""
    middle, aim = moving.mean(axis=0), still.mean(axis=0)
    a, b = moving - middle, still - aim
    cross = (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()
    dot = (a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1]).sum()
    turn = float(np.arctan2(cross, dot))
    return Placement(turn, aim - rotation(turn) @ middle)


def volume_iou(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Volume that both solids fill, of what either does, from the same points of a grid; 0 where both are empty."""
    either = int((one | other).sum())
    return float((one & other).sum()) / either if either else 0.0


def grid_around(clouds: list[Floats], side: int) -> Floats:
    """side³ points [N, 3] of a cube around all clouds."""
    points = np.concatenate(clouds)
    low, high = points.min(axis=0), points.max(axis=0)
    half = float((high - low).max()) / 2 * BOX
    axis = np.linspace(-half, half, side)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3) + (low + high) / 2
