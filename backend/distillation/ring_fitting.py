"""A photometric step: random rays of the field against a ring's pictures."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from backend.distillation.base import Scene
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.lighting import SOLID
from backend.distillation.normals import disagreement, surface_normals
from backend.distillation.target_rings import Ring
from backend.regularizers import opacity_entropy
from backend.rendering.base import Rendered
from backend.shading import lambert

__all__ = ["Pixels", "beyond_silhouette", "fit_to", "surface_brightness"]

Pixels = tuple[Tensor, Tensor, Tensor]  # view, row and column of each ray, [R] each


def fit_to(target: Ring, scene: Scene, settings: DenoiseFitSettings, progress: float) -> Tensor:
    """How wrong the field is in random rays through a ring's pictures: a scalar to descend.

    progress: 0 … 1, of the stage.
    """
    size = target.pictures.shape[-1]
    draw = torch.rand(3, settings.rays, generator=scene.generator).to(scene.device)
    view = (draw[0] * len(target.cameras)).long()
    # A pixel is the mean over its square, and so is the expectation over a ray through a random point of it.
    column, row = draw[1] * size, draw[2] * size
    rays = target.cameras.rays(view, column, row, size)
    seen = scene.renderer(scene.field, rays, scene.generator)
    at = (view, row.long(), column.long())
    wanted = target.pictures[at[0], :, at[1], at[2]]

    brightness = surface_brightness(scene, seen, target.light, settings.ambient, target.unlit)
    colour = seen.albedo * brightness[:, None] + (1 - seen.opacity)[:, None] * target.backgrounds[view]
    wrong = settings.photometric_weight * F.mse_loss(colour, wanted)
    wrong = wrong + settings.entropy_weight * progress * opacity_entropy(seen.opacity)
    wrong = wrong + settings.silhouette_weight * beyond_silhouette(target, seen, at)
    if target.normals is not None:
        normals = target.normals[at[0], :, at[1], at[2]]
        wrong = wrong + settings.normal_weight * disagreement(*surface_normals(scene.field, seen), normals)
    return wrong


def beyond_silhouette(target: Ring, seen: Rendered, at: Pixels) -> Tensor:
    """Mean square of what is solid outside the pictures' silhouettes, or not solid inside.

    Matter in the background's colour looks like none in the pictures; only this says that it is wrong there.
    """
    wrong = torch.where(target.outside[at], seen.opacity, torch.where(target.inside[at], 1 - seen.opacity, 0.0))
    return wrong.square().mean()


def surface_brightness(
    scene: Scene, seen: Rendered, light: Tensor | None, ambient: float, unlit: float = 1.0
) -> Tensor:
    """How bright the rays' surfaces are under a light: [R]; 1 where there is no surface, `unlit` without a light."""
    if light is None:
        return torch.full_like(seen.opacity, unlit)
    brightness = torch.ones_like(seen.opacity)
    solid = (seen.opacity.detach() > SOLID).nonzero()[:, 0]
    normals = scene.field.normal(seen.points[solid].detach())
    return brightness.index_put((solid,), lambert(normals, light.expand_as(normals), ambient))
