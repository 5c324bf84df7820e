"""Guides: where matter may be, and where it must be."""

from __future__ import annotations

from typing import Final, Literal

from torch import Tensor, nn

from backend.constraints.base import empty_loss, filled_loss
from backend.distillation.base import Scene
from backend.fields.shaping import StartShape
from backend.rendering.ball import ball_points

__all__ = ["GUIDE_STRENGTH", "Guide", "GuideKind"]

GuideKind = Literal["may", "must"]

POINTS: Final = 4000  # in the whole ball, a step
GUIDE_STRENGTH: Final = 200.0  # what a weight of 1 is, against distillation losses of about 0.1 to 1


class Guide(nn.Module):
    """Matter outside of a shape is pushed out, or matter inside of it pulled in."""

    def __init__(self, shape: StartShape, kind: GuideKind, weight: float) -> None:
        super().__init__()
        self.shape = shape
        self.kind = kind
        self.weight = weight

    def forward(self, scene: Scene, progress: float) -> Tensor:
        """A mean over the ball, so that a small breach weighs as little as it is.  See Pressure."""
        points = ball_points(POINTS, scene.generator, scene.device)
        guide = self.shape(points).surface
        where = points[guide < 0] if self.kind == "may" else points[guide > 0]
        surface = scene.field.surface(where)
        loss = empty_loss if self.kind == "may" else filled_loss
        return GUIDE_STRENGTH * self.weight * loss(surface, scene.field.beta).sum() / POINTS
