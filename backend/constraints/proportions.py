"""Proportions: a box that the object stays in and fills from side to side; and a floor that it stands on."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from backend.constraints.base import empty_loss
from backend.constraints.guides import GUIDE_STRENGTH
from backend.distillation.base import Scene
from backend.rendering.ball import ball_points

__all__ = ["Floor", "Proportions", "box_for"]

CORNER: Final = 0.92  # m, how far the box's corners may lie from the middle of the unit ball
LONGEST: Final = 0.75  # m, half of its longest side: cameras see objects of this size well
POINTS: Final = 4000
FACE_POINTS: Final = 256  # on each face, a step
DEPTH: Final = 0.02  # m beneath a face at which matter is looked for
TOUCHING: Final = 0.04  # share of a face's points that are to be filled
TOUCH_STRENGTH: Final = 3.0


def box_for(ratio: tuple[float, float, float]) -> tuple[float, float, float]:
    """Half sides (m) of a box of these proportions in the unit ball."""
    scale = min(LONGEST / max(ratio), CORNER / sum(side**2 for side in ratio) ** 0.5)
    x, y, z = (side * scale for side in ratio)
    return x, y, z


def box_distance(points: Tensor, half: Tensor) -> Tensor:
    """Signed distance to a box about the origin, positive inside.  points: [P, 3], half: [3].  Returns [P]."""
    beyond = points.abs() - half
    return -beyond.clamp(min=0).norm(dim=-1) - beyond.max(dim=-1).values.clamp(max=0)


def reach_loss(surface: Tensor) -> Tensor:
    """How much the points [F, P] of faces lack, d ≥ DEPTH / 2 at a share of them: a mean over F faces, in m."""
    filled = surface.topk(max(1, round(TOUCHING * surface.shape[1])), dim=1).values
    return (DEPTH / 2 - filled).clamp(min=0).mean()


class Proportions:
    """Nothing outside of a box, and something at each of its six faces."""

    def __init__(self, half: tuple[float, float, float], weight: float) -> None:
        self.half = half
        self.weight = weight

    def __call__(self, scene: Scene, progress: float) -> Tensor:
        """See Pressure."""
        half = torch.tensor(self.half, device=scene.device)
        points = ball_points(POINTS, scene.generator, scene.device)
        outside = points[box_distance(points, half) < 0]
        breach = empty_loss(scene.field.surface(outside), scene.field.beta).sum() / POINTS
        reach = reach_loss(scene.field.surface(self._face_points(scene, half)).view(6, -1))
        return self.weight * (GUIDE_STRENGTH * breach + TOUCH_STRENGTH * reach)

    def _face_points(self, scene: Scene, half: Tensor) -> Tensor:
        """Points just beneath the faces, spread evenly over each: [6 · FACE_POINTS, 3]."""
        draw = 2 * torch.rand(6, FACE_POINTS, 3, generator=scene.generator).to(scene.device) - 1
        for face in range(6):
            axis = face // 2
            draw[face, :, axis] = (1 - DEPTH / half[axis]) * (1 if face % 2 else -1)
        return (draw * half).reshape(-1, 3)


class Floor:
    """Something on the plane below which there is nothing (Shaping.floor), so that the object stands."""

    def __init__(self, floor: float, radius: float, weight: float) -> None:
        """radius: m, of the disc on which it is looked for."""
        self.floor = floor
        self.radius = radius
        self.weight = weight

    def __call__(self, scene: Scene, progress: float) -> Tensor:
        """See Pressure."""
        draw = 2 * torch.rand(FACE_POINTS, 2, generator=scene.generator).to(scene.device) - 1
        height = torch.full_like(draw[:, :1], self.floor + DEPTH)
        points = torch.cat([draw * self.radius, height], dim=-1)
        return TOUCH_STRENGTH * self.weight * reach_loss(scene.field.surface(points)[None])
