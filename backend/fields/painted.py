"""A shape and its paint: two networks, the surface of the one with the albedo of the other.

A field's surface and albedo come from one network, so that freezing "the density's parameters" would freeze what the
albedo is made of as well. Two copies part them: new colours can then be learnt with the shape held exactly.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from backend.fields.base import FieldGrid, FieldSample
from backend.fields.network import NetworkField
from backend.fields.regular import on_grid

__all__ = ["PaintedField"]


class PaintedField(nn.Module):
    """A Field. held: the shape does not learn, and stands as it does at the end of a run."""

    def __init__(self, shape: NetworkField, paint: NetworkField, held: bool) -> None:
        super().__init__()
        self.shape = shape
        self.paint = paint
        self.held = held
        self.shape.requires_grad_(not held)
        self.density_scale = shape.density_scale
        self.beta = shape.beta

    @property
    def points_at_once(self) -> int:
        """Points of either part, for a gradient.  See ReadInParts."""
        return self.paint.points_at_once

    @points_at_once.setter
    def points_at_once(self, points: int) -> None:
        self.shape.points_at_once = self.paint.points_at_once = points

    @property
    def most_points(self) -> int:
        """See ReadInParts."""
        return max(self.shape.most_points, self.paint.most_points)

    def forward(self, points: Tensor) -> FieldSample:
        """points: [P, 3].  See Field."""
        surface = self.shape.surface(points)
        density = self.density_scale * torch.sigmoid(surface / self.beta)
        return FieldSample(surface, density, self.paint(points).albedo)

    def surface(self, points: Tensor) -> Tensor:
        """See Field."""
        return self.shape.surface(points)

    def normal(self, points: Tensor) -> Tensor:
        """See Field."""
        return self.shape.normal(points)

    def anneal(self, progress: float) -> None:
        """See Field."""
        self.shape.anneal(1.0 if self.held else progress)
        self.paint.anneal(progress)
        self.beta = self.shape.beta

    def parameter_groups(self) -> list[dict[str, Any]]:
        """See Field."""
        return [*self.paint.parameter_groups(), *([] if self.held else self.shape.parameter_groups())]

    def to_grid(self, resolution: int) -> FieldGrid:
        """See Field."""
        return on_grid(self, resolution, next(self.parameters()).device)
