"""The default field: dense feature grids at several resolutions, read by a small MLP.

The density is S·sigmoid(d / β): nearly constant inside, nearly nothing outside, with a skin of thickness β at d = 0
that marching cubes can follow. d starts as the distance inside an ellipsoid, so that there is something to carve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn import Parameter

from backend.fields.base import FieldGrid, FieldSample
from backend.schedules import ramp

__all__ = ["GridField", "GridFieldSettings"]

# Four corners of a tetrahedron: a gradient from four values instead of six (Quilez' finite differences).
TETRAHEDRON = ((1.0, -1.0, -1.0), (-1.0, -1.0, 1.0), (-1.0, 1.0, -1.0), (1.0, 1.0, 1.0))


@dataclass(frozen=True)
class GridFieldSettings:
    resolutions: tuple[int, ...] = (12, 24, 48)  # points a side of each grid
    channels: int = 4  # features of each grid
    hidden: int = 32  # units of the MLP's one hidden layer
    surface_gain: float = 0.3  # m of displacement a unit of the MLP's output; keeps first steps gentle
    # Semi-axes (m) of the ellipsoid to start from: long from front to back. A ball looks alike from all sides, and a
    # prior that is vague about directions then draws its favourite view on every side of it.
    start_size: tuple[float, ...] = (0.32, 0.6, 0.42)
    density_scale: float = 60.0  # 1/m, deep inside
    beta_start: float = 0.06  # m, softness of the surface
    beta_end: float = 0.012
    beta_until: float = 0.6  # progress at which the surface is crisp
    grid_learning_rate: float = 1e-2
    mlp_learning_rate: float = 3e-3
    normal_step: float = 0.02  # m, of the finite differences


class GridField(nn.Module):
    """Feature grids over [-1, 1]³ and an MLP from their features to d and albedo."""

    def __init__(self, settings: GridFieldSettings, generator: torch.Generator) -> None:
        super().__init__()
        self.settings = settings
        self.density_scale = settings.density_scale
        self.beta = settings.beta_start
        self.grids = nn.ParameterList(
            Parameter(0.01 * torch.randn(1, settings.channels, n, n, n, generator=generator))
            for n in settings.resolutions
        )
        self.hidden = nn.Linear(settings.channels * len(settings.resolutions), settings.hidden)
        self.output = nn.Linear(settings.hidden, 4)
        for layer in (self.hidden, self.output):
            bound = layer.in_features**-0.5
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            nn.init.zeros_(layer.bias)

    def forward(self, points: Tensor) -> FieldSample:
        """points: [P, 3].  See Field."""
        output = self._network(points)
        surface = self._surface(output[:, 0], points)
        density = self.density_scale * torch.sigmoid(surface / self.beta)
        return FieldSample(surface, density, torch.sigmoid(output[:, 1:]))

    def surface(self, points: Tensor) -> Tensor:
        """d at points [P, 3]: [P], in m, positive inside."""
        return self._surface(self._network(points)[:, 0], points)

    def normal(self, points: Tensor) -> Tensor:
        """Outward unit normals [P, 3]: the falling direction of d, by tetrahedral finite differences."""
        corners = torch.tensor(TETRAHEDRON, device=points.device)
        taps = points[:, None] + self.settings.normal_step * corners
        values = self.surface(taps.reshape(-1, 3)).view(-1, 4)
        return F.normalize(-(values @ corners), dim=-1, eps=1e-6)

    def anneal(self, progress: float) -> None:
        """Soft at first, so that matter can move; crisp later, so that it can be meshed."""
        settings = self.settings
        self.beta = ramp(settings.beta_start, settings.beta_end, progress, settings.beta_until)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The grids learn faster than the MLP that reads them."""
        mlp = [*self.hidden.parameters(), *self.output.parameters()]
        return [
            {"params": list(self.grids), "lr": self.settings.grid_learning_rate, "optimizer": "adam"},
            {"params": mlp, "lr": self.settings.mlp_learning_rate},
        ]

    @torch.no_grad()
    def to_grid(self, resolution: int) -> FieldGrid:
        """See Field; computed slab by slab, to keep memory small."""
        axis = torch.linspace(-1, 1, resolution, device=self.output.weight.device)
        surfaces, albedos = [], []
        for x in axis:
            points = torch.cartesian_prod(x[None], axis, axis)
            sample = self(points)
            surfaces.append(sample.surface.view(resolution, resolution))
            albedos.append(sample.albedo.view(resolution, resolution, 3))
        return FieldGrid(torch.stack(surfaces), torch.stack(albedos))

    def _network(self, points: Tensor) -> Tensor:
        """[P, 4]: displacement and albedo logits."""
        # grid_sample reads its coordinates last axis first; grids are stored [z, y, x] for it.
        where = points.view(1, 1, 1, -1, 3)
        features = [
            F.grid_sample(grid, where, align_corners=True, padding_mode="border")[0, :, 0, 0] for grid in self.grids
        ]
        return self.output(F.silu(self.hidden(torch.cat(features).T)))

    def _surface(self, displacement: Tensor, points: Tensor) -> Tensor:
        return self.settings.surface_gain * displacement + ellipsoid_distance(points, self.settings.start_size)


def ellipsoid_distance(points: Tensor, semi_axes: tuple[float, ...]) -> Tensor:
    """Distance to an ellipsoid about the origin, positive inside, right to first order near its surface.

    points: [P, 3].  Returns [P].  Source: Taubin 1991, distance to an implicit surface by its gradient.
    """
    axes = points.new_tensor(semi_axes)
    scaled = (points / axes).norm(dim=-1)
    slope = (points / axes**2).norm(dim=-1)
    # At the centre both vanish; there the distance is that of the nearest pole.
    return torch.where(slope > 1e-3, (1 - scaled) * scaled / slope.clamp(min=1e-3), axes.min())
