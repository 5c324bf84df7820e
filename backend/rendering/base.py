"""What a renderer gives back, and what the optimisation asks of every renderer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Protocol

import torch
from torch import Tensor

from backend.cameras import Rays
from backend.fields.base import Field

__all__ = ["RaySamples", "Rendered", "Renderer", "gathered", "surface_distance"]

SURFACE: Final = 2  # samples before and behind the one that weighs most, that are of the same surface


class RaySamples(NamedTuple):
    """The N samples that were read along all rays, near to far within a ray.

    ray: [N] which ray each lies on.  points: [N, 3] in m.  weights: [N] what each adds to its ray's opacity.
    albedo: [N, 3] sRGB in 0 … 1.
    """

    ray: Tensor
    points: Tensor
    weights: Tensor
    albedo: Tensor


class Rendered(NamedTuple):
    """Per ray: albedo [R, 3] premultiplied by opacity, opacity [R], mean depth [R] in m, points [R, 3] of a surface.

    samples: what these are sums of, for shading and losses that look along the rays.
    """

    albedo: Tensor
    opacity: Tensor
    depth: Tensor
    points: Tensor
    samples: RaySamples

    @classmethod
    def join(cls, chunks: list[Rendered]) -> Rendered:
        """The rays of several chunks as one, in order."""
        first, samples = 0, []
        for chunk in chunks:
            samples.append(chunk.samples._replace(ray=chunk.samples.ray + first))
            first += len(chunk.opacity)
        albedo, opacity, depth, points = (
            torch.cat(parts) for parts in zip(*(each[:4] for each in chunks), strict=True)
        )
        joined = RaySamples(*(torch.cat(parts) for parts in zip(*samples, strict=True)))
        return cls(albedo, opacity, depth, points, joined)


class Renderer(Protocol):
    """Looks at a field along rays; may learn where to look."""

    def __call__(self, field: Field, rays: Rays, generator: torch.Generator | None) -> Rendered:
        """With a generator, samples are jittered within their intervals; without, they are centred."""
        ...

    def prepare(self, field: Field, step: int, progress: float) -> None:
        """Called before each step. progress: how far the whole run is, 0 … 1."""
        ...

    def refresh(self, field: Field) -> None:
        """Called within a step where the field has become another shape: look anew at where it is."""
        ...

    def loss(self) -> Tensor:
        """What the renderer's own parameters learn from, of all rays since the last call; 0 when it has none."""
        ...

    def surface_points(self, count: int, generator: torch.Generator) -> Tensor:
        """Points spread over where the surface may be: [count, 3]."""
        ...

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Parameters of its own with their learning rates, as torch.optim takes them."""
        ...

    def state_dict(self) -> dict[str, Tensor]:
        """Everything a checkpoint must keep."""
        ...

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> object:
        """Take back what state_dict gave."""
        ...


def gathered(
    rays: Rays, row: Tensor, weights: Tensor, distance: Tensor, albedo: Tensor, samples: RaySamples
) -> Rendered:
    """What R rays see, of the samples on the H of them that meet something.

    row: [H], which rays these are.  weights, distance: [H, S], what their samples add and how far away they are, in m.
    albedo: [R, 3], summed up already.  samples: the same samples, one by one.
    """
    opacity, moment, met = (
        total.new_zeros(len(rays.origins)).index_put((row,), total)
        for total in (
            weights.sum(dim=-1),
            (weights * distance).sum(dim=-1),
            surface_distance(weights.detach(), distance),
        )
    )
    depth = moment / opacity.clamp(min=1e-4)
    return Rendered(albedo, opacity, depth, rays.origins + met[:, None] * rays.directions, samples)


def surface_distance(weights: Tensor, distance: Tensor) -> Tensor:
    """The mean distance [R] of the samples [R, S] about the one that weighs most.

    Of a ray through a handle and what lies behind, the mean of all would be in the air between.
    """
    if not len(weights):
        return weights.new_zeros(0)
    place = torch.arange(weights.shape[1], device=weights.device)
    about = (place - weights.argmax(dim=-1, keepdim=True)).abs() <= SURFACE
    weights = torch.where(about, weights, 0.0)
    return (weights * distance).sum(dim=-1) / weights.sum(dim=-1).clamp(min=1e-6)
