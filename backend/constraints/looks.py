"""Wishes about looks: left as right, and colours from a palette."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from backend.distillation.base import Scene

__all__ = ["Mirror", "Palette", "palette_loss"]

POINTS: Final = 2000  # near the surface, a step
MIRROR_STRENGTH: Final = 2.0
MIRROR_COLOUR: Final = 0.2  # m that a whole colour's difference weighs as much as
PALETTE_STRENGTH: Final = 20.0


class Mirror:
    """The field at a point and at its mirror image across the plane x = 0 made alike."""

    def __init__(self, weight: float) -> None:
        self.weight = weight

    def __call__(self, scene: Scene, progress: float) -> Tensor:
        """See Pressure."""
        points = scene.renderer.surface_points(POINTS, scene.generator)
        here = scene.field(points)
        there = scene.field(points * points.new_tensor([-1.0, 1.0, 1.0]))
        shape = (here.surface - there.surface).abs().mean()
        colour = (here.albedo - there.albedo).abs().mean()
        return MIRROR_STRENGTH * self.weight * (shape + MIRROR_COLOUR * colour)


class Palette:
    """Albedo drawn to the nearest colour of a list; growing over the run, so that the prior chooses which."""

    def __init__(self, colours: tuple[tuple[float, float, float], ...], weight: float) -> None:
        self.colours = colours
        self.weight = weight

    def __call__(self, scene: Scene, progress: float) -> Tensor:
        """See Pressure."""
        points = scene.renderer.surface_points(POINTS, scene.generator)
        colours = torch.tensor(self.colours, device=scene.device)
        return PALETTE_STRENGTH * self.weight * progress * palette_loss(scene.field(points).albedo, colours)


def palette_loss(albedo: Tensor, colours: Tensor) -> Tensor:
    """Mean squared distance to the nearest colour.  albedo: [P, 3], colours: [K, 3], both sRGB."""
    return (albedo[:, None] - colours).square().sum(dim=-1).min(dim=-1).values.mean()
