"""What every field that a network computes shares: its answers as a surface, a density and an albedo."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor, nn

from backend.fields.base import FieldGrid, FieldSample
from backend.fields.regular import on_grid

__all__ = ["NetworkField"]


class NetworkField(nn.Module, ABC):
    """The part of a Field that follows from what its network says of points.

    density = S·sigmoid(d / β): the form that field.npz keeps and that meshing reads.
    """

    density_scale: float  # S, 1/m
    beta: float  # m

    def forward(self, points: Tensor) -> FieldSample:
        """points: [P, 3].  See Field."""
        output = self._network(points)
        surface = self._surface(output[:, 0], points)
        density = self.density_scale * torch.sigmoid(surface / self.beta)
        return FieldSample(surface, density, torch.sigmoid(output[:, 1:]))

    def surface(self, points: Tensor) -> Tensor:
        """d at points [P, 3]: [P], in m, positive inside."""
        return self._surface(self._network(points)[:, 0], points)

    def to_grid(self, resolution: int) -> FieldGrid:
        """See Field."""
        return on_grid(self, resolution, next(self.parameters()).device)

    @abstractmethod
    def normal(self, points: Tensor) -> Tensor:
        """See Field."""

    @abstractmethod
    def anneal(self, progress: float) -> None:
        """See Field."""

    @abstractmethod
    def parameter_groups(self) -> list[dict[str, Any]]:
        """See Field."""

    @abstractmethod
    def _network(self, points: Tensor) -> Tensor:
        """[P, 4]: what the surface is made of, and albedo logits."""

    @abstractmethod
    def _surface(self, said: Tensor, points: Tensor) -> Tensor:
        """d [P], in m, from the network's first answers [P]."""
