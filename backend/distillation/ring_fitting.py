"""A photometric step: random rays of the field against a ring's pictures, or against its shapes."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from backend.distillation.base import Scene
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.lighting import on_surfaces
from backend.distillation.normals import disagreement, surface_normals
from backend.distillation.shape_rings import ShapeRing
from backend.distillation.target_rings import Ring
from backend.regularizers import opacity_entropy
from backend.rendering.base import Rendered
from backend.shading import lambert

__all__ = ["Pixels", "ring_loss", "shape_loss", "silhouette_loss", "surface_brightness"]

Pixels = tuple[Tensor, Tensor, Tensor]  # view, row and column of each ray, [R] each


def ring_loss(
    target: Ring, scene: Scene, settings: DenoiseFitSettings, progress: float, outlines: bool = True
) -> Tensor:
    """The loss of the field on random rays through a ring's pictures: a scalar to descend.

    progress: 0 … 1, of the stage.  outlines: whether what lies beside the pictures' silhouettes counts besides.
    """
    at, seen = _look_at_random(target, scene, settings.rays)
    brightness = surface_brightness(scene, seen, target.light, settings.ambient, target.unlit)
    colour = seen.albedo * brightness[:, None] + (1 - seen.opacity)[:, None] * target.backgrounds[at[0]]
    loss = settings.photometric_weight * F.mse_loss(colour, target.pictures[at[0], :, at[1], at[2]])
    loss = loss + settings.entropy_weight * progress * opacity_entropy(seen.opacity)
    if outlines:
        loss = loss + settings.silhouette_weight * silhouette_loss(target, seen, at)
    if target.normals is not None:
        loss = loss + settings.normal_weight * _normal_loss(target.normals, scene, seen, at)
    return loss


def shape_loss(target: ShapeRing, scene: Scene, settings: DenoiseFitSettings) -> Tensor:
    """The loss of the field on random rays through a ring of shapes, which know opacity and normals and no colours."""
    at, seen = _look_at_random(target, scene, settings.shape_rays)
    loss = settings.photometric_weight * F.mse_loss(seen.opacity, target.opacity[at])
    loss = loss + settings.silhouette_weight * silhouette_loss(target, seen, at)
    return loss + settings.normal_weight * _normal_loss(target.normals, scene, seen, at)


def _look_at_random(target: Ring | ShapeRing, scene: Scene, rays: int) -> tuple[Pixels, Rendered]:
    """The field along random rays through a ring's pictures, and the pixels that these go through."""
    size = target.size
    draw = torch.rand(3, rays, generator=scene.generator).to(scene.device)
    view = (draw[0] * len(target.cameras)).long()
    # A pixel is the mean over its square, and so is the expectation over a ray through a random point of it.
    column, row = draw[1] * size, draw[2] * size
    seen = scene.renderer(scene.field, target.cameras.rays(view, column, row, size), scene.generator)
    return (view, row.long(), column.long()), seen


def silhouette_loss(target: Ring | ShapeRing, seen: Rendered, at: Pixels) -> Tensor:
    """Mean square of what is solid outside the pictures' silhouettes, or not solid inside.

    Matter in the background's colour looks like none in the pictures; only this says that it is wrong there.
    """
    mismatch = torch.where(target.outside[at], seen.opacity, torch.where(target.inside[at], 1 - seen.opacity, 0.0))
    return mismatch.square().mean()


def _normal_loss(normals: Tensor, scene: Scene, seen: Rendered, at: Pixels) -> Tensor:
    """How far the surfaces' normals turn away from these [V, 3, H, W]."""
    return disagreement(*surface_normals(scene.field, seen), normals[at[0], :, at[1], at[2]])


def surface_brightness(
    scene: Scene, seen: Rendered, light: Tensor | None, ambient: float, unlit: float = 1.0
) -> Tensor:
    """How bright the rays' surfaces are under a light: [R]; 1 where there is no surface, `unlit` without a light."""
    if light is None:
        return torch.full_like(seen.opacity, unlit)
    return on_surfaces(scene.field, seen, lambda _, normals: lambert(normals, light.expand_as(normals), ambient))
