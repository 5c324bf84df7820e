"""How views are lit for a score distillation: by which lights, where on the rays, and what they shine on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from backend.cameras import Cameras
from backend.distillation.normals import surface_normals
from backend.fields.base import Field
from backend.rendering.base import RaySamples, Rendered
from backend.shading import lambert, random_light_direction

__all__ = [
    "LightKind",
    "Lighting",
    "SampleNormals",
    "ShadeAt",
    "near_lights",
    "on_surfaces",
    "one_distant_light",
    "shade",
]

LightKind = Literal["distant", "point"]
ShadeAt = Literal["surface", "samples"]

# Samples that add less to their ray's opacity are not asked for a normal: 64 of them are not 1 % of a pixel.
FAINT: Final = 1e-4


@dataclass(frozen=True)
class Lighting:
    """What falls on B views.

    lit, white: [B] bool, on the CPU: under a light or shown as plain albedo; and, of those lit, with white for albedo.
    lights: [B, 3] unit vectors towards distant lights, or where near ones stand, in m.
    """

    lit: Tensor
    white: Tensor
    lights: Tensor
    distant: bool
    ambient: float

    def told(self) -> Tensor:
        """What tell_light wants to know, [B, 3]; a near light counts as a distant one from where it stands."""
        lit = self.lit.to(self.lights.device)[:, None]
        return torch.where(lit, (1 - self.ambient) * F.normalize(self.lights, dim=-1), 0.0)

    def brightness(self, points: Tensor, normals: Tensor, view: Tensor) -> Tensor:
        """How bright points [N, 3] with unit normals [N, 3] are, seen in views [N]: [N]."""
        towards = self.lights[view]
        if not self.distant:
            towards = F.normalize(towards - points, dim=-1)
        return lambert(normals, towards, self.ambient)


class SampleNormals:
    """Normals at the samples that weigh something; the field is asked once a step, and only if somebody looks."""

    def __init__(self, field: Field, samples: RaySamples) -> None:
        self._field = field
        self.samples = samples

    @cached_property
    def index(self) -> Tensor:
        """Which of the samples have a normal: [M]."""
        return (self.samples.weights.detach() > FAINT).nonzero()[:, 0]

    @cached_property
    def normals(self) -> Tensor:
        """[M, 3], unit length, outwards."""
        return self._field.normal(self.samples.points[self.index].detach())


def one_distant_light(
    views: int, allowed: bool, share: float, ambient: float, generator: torch.Generator, device: torch.device
) -> Lighting:
    """All views under the same distant light, or none of them. allowed: false while albedo alone is to be shown."""
    lit = torch.rand((), generator=generator).item() < share and allowed
    light = random_light_direction(generator, device) if lit else torch.zeros(3, device=device)
    none = torch.zeros(views, dtype=torch.bool)
    return Lighting(none | lit, none, light.expand(views, 3), distant=True, ambient=ambient)


def near_lights(
    cameras: Cameras,
    allowed: bool,
    share: float,
    white_share: float,
    ambient: float,
    distances: tuple[float, float],
    generator: torch.Generator,
    unit: float = 1.0,
) -> Lighting:
    """A light for each view, somewhere about its camera; each view decides alone whether it is lit, and white.

    The direction is drawn from N(camera's position, 1), and then the distance from the origin.
    Source: DreamFusion (2209.14988), camera and light sampling.
    distances: in the cameras' unit, as that 1 is.  unit: m to one of these.
    """
    count, device = len(cameras), cameras.pose.device
    draw = torch.rand(3, count, generator=generator)
    lit = (draw[0] < share) & allowed
    around = unit * torch.randn(count, 3, generator=generator).to(device)
    distance = unit * (distances[0] + (distances[1] - distances[0]) * draw[2]).to(device)
    place = F.normalize(cameras.pose[:, :, 3] + around, dim=-1) * distance[:, None]
    return Lighting(lit, lit & (draw[1] < white_share), place, distant=False, ambient=ambient)


def shade(lighting: Lighting, field: Field, seen: Rendered, normals: SampleNormals, at: ShadeAt) -> Tensor:
    """Colours of the rays, premultiplied by opacity: [R, 3]. The rays are those of all views, view by view."""
    if not lighting.lit.any():
        return seen.albedo
    rays_per_view = len(seen.opacity) // len(lighting.lit)
    if at == "surface":
        return _shade_surface(lighting, field, seen, rays_per_view)
    return _shade_samples(lighting, seen, normals, rays_per_view)


def _shade_surface(lighting: Lighting, field: Field, seen: Rendered, rays_per_view: int) -> Tensor:
    """Colours as if each ray had one surface, at its `points`."""
    device = seen.opacity.device
    view = torch.arange(len(seen.opacity), device=device) // rays_per_view

    def lit(rays: Tensor, normals: Tensor) -> Tensor:
        return lighting.brightness(seen.points[rays].detach(), normals, view[rays])

    brightness = on_surfaces(field, seen, lit, lighting.lit.to(device)[view])
    albedo = seen.albedo
    if lighting.white.any():
        albedo = torch.where(lighting.white.to(device)[view, None], seen.opacity[:, None], albedo)
    return albedo * brightness[:, None]


def on_surfaces(
    field: Field, seen: Rendered, lit: Callable[[Tensor, Tensor], Tensor], among: Tensor | None = None
) -> Tensor:
    """How bright the rays' surfaces are: [R]; 1 where there is none.

    lit: the brightness [N] of the surfaces on rays of these numbers [N], with these normals [N, 3].
    among: [R] bool, the rays that are lit; all if None.
    """
    solid, normals = surface_normals(field, seen, among)
    return torch.ones_like(seen.opacity).index_put((solid,), lit(solid, normals))


def _shade_samples(lighting: Lighting, seen: Rendered, normals: SampleNormals, rays_per_view: int) -> Tensor:
    """Every sample under its own light, as DreamFusion shades: C = Σ w_i c_i."""
    samples, device = seen.samples, seen.opacity.device
    view = samples.ray // rays_per_view
    lit = lighting.lit.to(device)[view]
    index = normals.index
    found = lighting.brightness(samples.points[index].detach(), normals.normals, view[index])
    brightness = torch.ones_like(samples.weights).index_put((index,), torch.where(lit[index], found, 1.0))
    albedo = torch.where(lighting.white.to(device)[view, None], 1.0, samples.albedo)
    return torch.zeros_like(seen.albedo).index_add(0, samples.ray, (samples.weights * brightness)[:, None] * albedo)
