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
from backend.rendering.base import RaySamples, Rendered, surface_distance
from backend.rendering.occupancy import Occupancy

__all__ = ["RayMarcher", "RenderSettings", "composite", "intersect_ball"]


@dataclass(frozen=True)
class RenderSettings:
    samples: int = 64  # samples along a whole diameter of the ball
    occupancy_resolution: int = 32  # cells a side of the grid that tells where to sample
    occupancy_every: int = 8  # steps between refreshes of the grid that tells where to sample
    dense_until: float = 0.04  # progress before which everywhere is sampled
    skin: float = 0.06  # m beyond the soft surface that is still sampled
    chunk_rays: int = 65536  # rays marched at a time: bounds the memory


def intersect_ball(rays: Rays, radius: float = 1.0) -> tuple[Tensor, Tensor]:
    """Distances [R] at which rays enter and leave a ball about the origin; equal where they miss it.

    What lies behind a ray's origin does not count: from inside the ball a ray enters it at 0.
    """
    half_chord_offset = (rays.origins * rays.directions).sum(dim=-1)
    discriminant = half_chord_offset**2 - (rays.origins**2).sum(dim=-1) + radius**2
    half_chord = discriminant.clamp(min=0).sqrt()
    return (-half_chord_offset - half_chord).clamp(min=0), (-half_chord_offset + half_chord).clamp(min=0)


def composite(density: Tensor, deltas: Tensor) -> Tensor:
    """How much each sample contributes to its ray, front to back.

    density: [R, S] in 1/m, non-negative.  deltas: [R, S], or one for all, in m.
    Returns weights [R, S]; their sum is the opacity.
    Source: NeRF (Mildenhall et al. 2020), eq. 3.
    """
    optical_depth = density * deltas
    # Exclusive sum: what reaches a sample is what the samples before it let through.
    transmittance = torch.exp(-(torch.cumsum(optical_depth, dim=-1) - optical_depth))
    return -torch.expm1(-optical_depth) * transmittance


class RayMarcher:
    """Renders rays through a field; keeps the occupancy grid that tells where to look."""

    def __init__(self, settings: RenderSettings, device: torch.device) -> None:
        self.settings = settings
        self.occupancy = Occupancy(settings.occupancy_resolution, device)

    def __call__(self, field: Field, rays: Rays, generator: torch.Generator | None) -> Rendered:
        """March all rays; see Renderer."""
        size = self.settings.chunk_rays
        chunks = [
            self._march(field, Rays(origins, directions), generator)
            for origins, directions in zip(rays.origins.split(size), rays.directions.split(size), strict=True)
        ]
        return Rendered.join(chunks)

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
        weights = composite(density, density.new_tensor(delta))

        samples = RaySamples(ray, points, weights.flatten()[index], sample.albedo)
        contribution = samples.weights[:, None] * samples.albedo
        albedo = contribution.new_zeros(len(near), 3).index_add(0, ray, contribution)
        opacity, moment, met = (
            total.new_zeros(len(near)).index_put((row,), total)
            for total in (
                weights.sum(dim=-1),
                (weights * distance).sum(dim=-1),
                surface_distance(weights.detach(), distance),
            )
        )
        depth = moment / opacity.clamp(min=1e-4)
        return Rendered(albedo, opacity, depth, rays.origins + met[:, None] * rays.directions, samples)
