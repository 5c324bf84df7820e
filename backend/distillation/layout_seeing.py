"""The field seen as a layout, so that the network that draws layouts can redraw it."""

from __future__ import annotations

from typing import Final

import torch

from backend.cameras import Cameras
from backend.distillation.base import Scene
from backend.priors.layouts import Layout

__all__ = ["CLEAR", "layout_of"]

CLEAR: Final = 1e-3  # opacity below which a pixel's albedo means nothing
SUPERSAMPLING: Final = 2  # rays along each side of a pixel: networks are shown means
FAINT: Final = 0.1  # from which there is something that has a normal


def layout_of(scene: Scene, cameras: Cameras) -> Layout:
    """What the field is from these cameras, at SUPERSAMPLING times the prior's resolution."""
    size = SUPERSAMPLING * scene.prior.resolution
    seen = scene.renderer(scene.field, cameras.all_rays(size), scene.generator)
    there = (seen.opacity > FAINT).nonzero()[:, 0]
    opacity = seen.opacity[:, None]
    normals = opacity[there] * scene.field.normal(seen.points[there])  # as long as what they cover
    albedo = (seen.albedo / opacity.clamp(min=CLEAR)).clamp(0, 1)
    whole = torch.zeros_like(albedo).index_put((there,), normals)
    maps = torch.cat([albedo, opacity, whole], dim=1).view(len(cameras), size, size, 7).permute(0, 3, 1, 2)
    return Layout(*maps.split([3, 1, 3], dim=1))
