"""What every field that a network computes shares: its answers as a surface, a density and an albedo."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor, nn

from backend.fields.base import FieldGrid, FieldSample
from backend.fields.regular import on_grid
from backend.fields.shaping import Shaping
from backend.memory.parts import in_parts

__all__ = ["NetworkField"]


class NetworkField(nn.Module, ABC):
    """The part of a Field that follows from what its network says of points.

    density = S·sigmoid(d / β): the form that field.npz keeps and that meshing reads.
    """

    density_scale: float  # S, 1/m
    beta: float  # m
    points_at_once: int = 4_194_304  # of what a gradient needs; further points are computed twice instead
    most_points: int = 0  # that were asked for at a time
    output: nn.Linear  # the network's last layer

    def __init__(self) -> None:
        super().__init__()
        self.shaping = Shaping()

    def shape_by(self, shaping: Shaping) -> None:
        """Take on what is known of the shape. With a start shape the field is that, exactly, until it has learnt."""
        self.shaping = shaping
        if shaping.start is not None:
            nn.init.zeros_(self.output.weight)
            nn.init.zeros_(self.output.bias)

    def forward(self, points: Tensor) -> FieldSample:
        """points: [P, 3].  See Field."""
        points = self.shaping.fold(points)
        output = self.read(points)
        surface, logits = self._shaped(output[:, 0], points)
        density = self.density_scale * torch.sigmoid(surface / self.beta)
        return FieldSample(surface, density, torch.sigmoid(output[:, 1:] + logits))

    def surface(self, points: Tensor) -> Tensor:
        """d at points [P, 3]: [P], in m, positive inside."""
        points = self.shaping.fold(points)
        return self._shaped(self.read(points)[:, 0], points)[0]

    def read(self, points: Tensor) -> Tensor:
        """What the network says of points [P, 3]: [P, 4], see _network; in parts where they are many."""
        self.most_points = max(self.most_points, len(points))
        return in_parts(self._network, points, self.points_at_once, tuple(self.parameters()))

    def to_grid(self, resolution: int) -> FieldGrid:
        """See Field."""
        return on_grid(self, resolution, next(self.parameters()).device)

    def _shaped(self, said: Tensor, points: Tensor) -> tuple[Tensor, Tensor | float]:
        """d [P] and what is added to the albedo's logits, from the network's first answers [P]."""
        shaping = self.shaping
        if shaping.start is None:
            return shaping.cut(self._surface(said, points), points), 0.0
        start = shaping.start(points)
        return shaping.cut(shaping.displace(start, self._displacement(said)), points), start.logits

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

    @abstractmethod
    def _displacement(self, said: Tensor) -> Tensor:
        """How far [P], in m, these answers move a start shape's surface."""
