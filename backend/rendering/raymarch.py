"""Volume rendering of a field inside the unit ball: samples only where something can be seen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from backend.cameras import Rays
from backend.fields.base import Field
from backend.rendering.base import RaySamples, Rendered, gathered
from backend.rendering.occupancy import Occupancy
from backend.rendering.rays import intersect_ball, render_weights

__all__ = ["RayMarcher", "RenderSettings"]


@dataclass(frozen=True)
class RenderSettings:
    samples: int = 64  # samples along a whole diameter of the ball
    occupancy_resolution: int = 32  # cells a side of the grid that tells where to sample
    occupancy_every: int = 8  # steps between refreshes of the grid that tells where to sample
    dense_until: float = 0.04  # progress before which everywhere is sampled
    skin: float = 0.06  # m beyond the soft surface that is still sampled
    chunk_rays: int = 65536  # rays marched at a time: bounds the memory


class RayMarcher:
    """Renders rays through a field; keeps the occupancy grid that tells where to look."""

    def __init__(self, settings: RenderSettings, device: torch.device) -> None:
        self.settings = settings
        self.occupancy = Occupancy(settings.occupancy_resolution, device)

    def __call__(self, field: Field, rays: Rays, generator: torch.Generator | None) -> Rendered:
        """March all rays; see Renderer."""
        chunks = rays.split(self.settings.chunk_rays)
        return Rendered.join([self._march(field, chunk, generator) for chunk in chunks])

    def prepare(self, field: Field, step: int, progress: float) -> None:
        """Look anew, now and then, at where there is something to see."""
        if progress >= self.settings.dense_until and step % self.settings.occupancy_every == 0:
            self._look_at(field)

    def refresh(self, field: Field) -> None:
        """See Renderer."""
        if not self.occupancy.cells.all():  # or everywhere is sampled still
            self._look_at(field)

    def loss(self) -> Tensor:
        """It learns nothing."""
        return torch.zeros((), device=self.occupancy.cells.device)

    def surface_points(self, count: int, generator: torch.Generator) -> Tensor:
        """Points spread evenly over the cells that are sampled: [count, 3]."""
        return self.occupancy.random_points(count, generator)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """It has none."""
        return []

    def state_dict(self) -> dict[str, Tensor]:
        """The cells that are sampled."""
        return {"occupancy": self.occupancy.cells}

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> None:
        """See Renderer."""
        self.occupancy.cells = state_dict["occupancy"].to(self.occupancy.cells.device).clone()

    def _look_at(self, field: Field) -> None:
        self.occupancy.refresh(field, reach=5 * field.beta + self.settings.skin)

    def _march(self, field: Field, rays: Rays, generator: torch.Generator | None) -> Rendered:
        # Equal steps on every ray: a diameter of the unit ball gets all samples, a short chord fewer.
        delta = 2 / self.settings.samples
        radius = self.occupancy.radius()
        near, far = intersect_ball(rays, radius)
        hit = (far > near).nonzero()[:, 0]
        samples = math.ceil(2 * radius / delta)
        jitter = 0.5 if generator is None else torch.rand(len(hit), samples, generator=generator).to(near.device)
        distance = near[hit, None] + (torch.arange(samples, device=near.device) + jitter) * delta
        wanted = self.occupancy.along(Rays(rays.origins[hit], rays.directions[hit]), distance)
        wanted &= distance < far[hit, None]

        # Twice packed: only rays that meet something, and of these only the samples that may be something.
        meeting = wanted.any(dim=-1).nonzero()[:, 0]
        row, distance, index = hit[meeting], distance[meeting], wanted[meeting].flatten().nonzero()[:, 0]
        ray = row[index // samples]
        points = rays.origins[ray] + distance.view(-1, 1)[index] * rays.directions[ray]
        sample = field(points)
        density = sample.density.new_zeros(distance.numel()).index_put((index,), sample.density).view_as(distance)
        weights = render_weights(density, density.new_tensor(delta))

        samples = RaySamples(ray, points, weights.flatten()[index], sample.albedo)
        contribution = samples.weights[:, None] * samples.albedo
        albedo = contribution.new_zeros(len(near), 3).index_add(0, ray, contribution)
        return gathered(rays, row, weights, distance, albedo, samples)
