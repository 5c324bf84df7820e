"""The first ring of a prior that brings layouts along: a layout from pure noise, made into pictures by the prior.

What the layout decides is what the prior cannot: which side of the object each camera sees, so that all pictures are
of one object. It is shown to the prior like a field would be, shaded and over a background, and noised so far that its
coarseness goes and its shape stays.
"""

from __future__ import annotations

import math
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from backend.cameras import Cameras, ring
from backend.distillation.backgrounds import background_apart
from backend.distillation.base import Scene
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.denoising import denoise
from backend.distillation.normals import wants_normals
from backend.distillation.shape_rings import ShapeRing
from backend.distillation.target_rings import Ring
from backend.priors.base import tell_light
from backend.priors.layouts import DrawsLayouts, Layout
from backend.shading import lambert, random_light_direction

__all__ = ["CLEAR", "draw_from_layout", "layout_cameras", "shaded"]

CLEAR: Final = 1e-3  # opacity below which a pixel's albedo means nothing


def layout_cameras(settings: DenoiseFitSettings, views: int, device: torch.device) -> Cameras:
    """Rings of cameras, each turned so far that all azimuths are equally far apart."""
    turns = (2 * math.pi / (views * settings.layout_rings) * index for index in range(settings.layout_rings))
    return Cameras.join(
        [ring(views, turn, settings.first_elevation, settings.fov, settings.margin, device) for turn in turns]
    )


@torch.no_grad()
def draw_from_layout(scene: Scene, settings: DenoiseFitSettings, steps: int) -> tuple[Ring, ShapeRing]:
    """Pictures of the prior's from `layout_level` down, in so many guided DDIM steps, and the layout's own shapes."""
    prior = scene.prior
    assert isinstance(prior, DrawsLayouts)
    cameras = layout_cameras(settings, prior.views, scene.device)
    layout = prior.draw_layout(scene.prompt, scene.negative_prompt, cameras, scene.generator)
    layout = enlarged(layout, prior.resolution)
    light = random_light_direction(scene.generator, scene.device)
    colour = shaded(layout, light, settings.ambient)
    background = background_apart(colour.permute(0, 2, 3, 1).flatten(0, 2), layout.opacity.flatten(), scene.generator)
    shown = colour + (1 - layout.opacity) * background[:, None, None]
    if wants_normals(prior):
        shown = torch.cat([shown, layout.normals / 2 + 0.5], dim=1)
    told = ((1 - settings.ambient) * light).expand(len(cameras), 3)
    condition = tell_light(prior, prior.condition(scene.prompt, scene.negative_prompt, cameras), cameras, told)
    guidance = (settings.guidance_weight, settings.contrast_rescale)
    latents = denoise(prior, prior.encode(shown), settings.layout_level, steps, condition, scene.generator, *guidance)
    pictures = prior.decode(latents).clamp(0, 1)
    normals = pictures[:, 3:] * 2 - 1 if wants_normals(prior) else None
    drawn = Ring.of(cameras, pictures[:, :3], light, 1.0, normals)
    return drawn, ShapeRing(cameras, layout.opacity[:, 0], layout.normals)


def enlarged(layout: Layout, size: int) -> Layout:
    """The layout at another resolution. Albedo counts by its opacity: beside the object there is none."""

    def resized(maps: Tensor) -> Tensor:
        return F.interpolate(maps, (size, size), mode="bilinear", align_corners=False)

    opacity = resized(layout.opacity)
    albedo = resized(layout.albedo * layout.opacity) / opacity.clamp(min=CLEAR)
    return Layout(albedo.clamp(0, 1), opacity, resized(layout.normals))


def shaded(layout: Layout, light: Tensor, ambient: float) -> Tensor:
    """Colours [V, 3, R, R], times opacity, of a layout under one distant light.  light: [3] towards it."""
    normals = F.normalize(layout.normals, dim=1).permute(0, 2, 3, 1)
    brightness = lambert(normals.reshape(-1, 3), light.expand(normals[..., 0].numel(), 3), ambient)
    return layout.albedo * brightness.view(len(normals), 1, *normals.shape[1:3]) * layout.opacity
