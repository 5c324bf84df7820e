"""What the fields with a crisp surface share: features of a point, read by a small MLP into a displacement and albedo.

The density is S·sigmoid(d / β): nearly constant inside, nearly nothing outside, with a skin of thickness β at d = 0
that marching cubes can follow. d starts as the distance inside an ellipsoid, so that there is something to carve.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Parameter

from backend.fields.network import NetworkField
from backend.fields.normals import difference_normal
from backend.networks import linear
from backend.schedules import ramp

__all__ = ["CrispField", "CrispSettings"]


@dataclass(frozen=True)
class CrispSettings:
    hidden: int = 32  # units of the MLP's one hidden layer
    surface_gain: float = 0.3  # m of displacement a unit of the MLP's output; keeps first steps gentle
    # Semi-axes (m) of the ellipsoid to start from: long from front to back. A ball looks alike from all sides, and a
    # prior that is vague about directions then draws its favourite view on every side of it.
    start_size: tuple[float, ...] = (0.32, 0.6, 0.42)
    density_scale: float = 60.0  # 1/m, density deep inside the object
    beta_start: float = 0.06  # m, softness of the surface at first
    beta_end: float = 0.012  # m, softness of the surface from beta_until on
    beta_until: float = 0.6  # progress at which the surface is crisp
    feature_learning_rate: float = 1e-2  # learning rate of the features
    mlp_learning_rate: float = 3e-3  # learning rate of the MLP that reads the features
    normal_step: float = 0.02  # m, step of the finite differences that give normals


class CrispField(NetworkField):
    """A Field, but for what a point's features are."""

    def __init__(self, settings: CrispSettings) -> None:
        super().__init__()
        self.settings = settings
        self.density_scale = settings.density_scale
        self.beta = settings.beta_start

    @abstractmethod
    def features(self, points: Tensor) -> Tensor:
        """The features of points [P, 3] in the cube [-1, 1]³: [P, C]."""

    @abstractmethod
    def feature_parameters(self) -> list[Parameter]:
        """What the features are made of; it learns faster than the MLP that reads them."""

    def make_head(self, channels: int, generator: torch.Generator) -> None:
        """The MLP that reads C features; made last, so that a seed's features do not depend on it."""
        self.hidden = linear(channels, self.settings.hidden, generator)
        self.output = linear(self.settings.hidden, 4, generator)

    def normal(self, points: Tensor) -> Tensor:
        """Outward unit normals [P, 3]: the falling direction of d, by finite differences.

        Features are interpolated linearly, so their exact slope jumps from cell to cell and would show as facets.
        """
        # Where the field is asked: differences are not taken alike on both sides of a mirror.
        normals = difference_normal(self.surface, self.shaping.fold(points), self.settings.normal_step)
        return self.shaping.unfold(normals, points)

    def anneal(self, progress: float) -> None:
        """Soft at first, so that matter can move; crisp later, so that it can be meshed."""
        settings = self.settings
        self.beta = ramp(settings.beta_start, settings.beta_end, progress, settings.beta_until)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """See Field."""
        mlp = [*self.hidden.parameters(), *self.output.parameters()]
        return [
            {"params": self.feature_parameters(), "lr": self.settings.feature_learning_rate, "optimizer": "adam"},
            {"params": mlp, "lr": self.settings.mlp_learning_rate},
        ]

    def _network(self, points: Tensor) -> Tensor:
        """[P, 4]: displacement and albedo logits."""
        return self.output(F.silu(self.hidden(self.features(points))))

    def _surface(self, said: Tensor, points: Tensor) -> Tensor:
        return self._displacement(said) + ellipsoid_distance(points, self.settings.start_size)

    def _displacement(self, said: Tensor) -> Tensor:
        return self.settings.surface_gain * said


def ellipsoid_distance(points: Tensor, semi_axes: tuple[float, ...]) -> Tensor:
    """Distance to an ellipsoid about the origin, positive inside, right to first order near its surface.

    points: [P, 3].  Returns [P].  Source: Taubin 1991, distance to an implicit surface by its gradient.
    """
    axes = points.new_tensor(semi_axes)
    scaled = (points / axes).norm(dim=-1)
    slope = (points / axes**2).norm(dim=-1)
    # At the centre both vanish; there the distance is that of the nearest pole.
    return torch.where(slope > 1e-3, (1 - scaled) * scaled / slope.clamp(min=1e-3), axes.min())
