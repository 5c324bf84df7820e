"""What the prior makes of the field as it is: a ring of views is rendered, noised to a level, and denoised together."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from backend.cameras import Cameras
from backend.distillation.backgrounds import background_apart
from backend.distillation.base import Scene
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.denoising import denoise
from backend.distillation.first_ring import FirstRingSettings, draw_first_ring
from backend.distillation.normals import normal_pictures, surface_normals, wants_normals
from backend.distillation.ring_fitting import surface_brightness
from backend.distillation.target_rings import Ring
from backend.priors.base import hears_light, tell_light
from backend.rendering.base import Rendered
from backend.shading import random_background, random_light_direction

__all__ = ["as_pictures", "draw_ring"]


@torch.no_grad()
def draw_ring(
    scene: Scene,
    settings: DenoiseFitSettings,
    cameras: Cameras,
    level: float,
    steps: int,
    first: FirstRingSettings | None,
) -> Ring:
    """The prior's pictures of these views, from a noise level down in so many guided DDIM steps.

    first: how the best of several is chosen, for the ring that everything else is built on.
    """
    prior, views = scene.prior, len(cameras)
    shows_known_light = level < settings.shaded_below
    light = _light(scene, settings.shaded_share) if shows_known_light else None
    unlit = 1.0 if shows_known_light or hears_light(prior) else settings.own_light
    supersampling = 2 if prior.resolution < settings.averaged_below else 1  # rays along each side of a pixel
    seen = scene.renderer(scene.field, cameras.all_rays(supersampling * prior.resolution), scene.generator)
    # The start shape's grey means nothing, and shown darker it would darken what the prior makes of it.
    shown_unlit = unlit if first is None else 1.0
    colour = seen.albedo * surface_brightness(scene, seen, light, settings.ambient, shown_unlit)[:, None]

    told = torch.zeros(3, device=scene.device) if light is None else (1 - settings.ambient) * light
    condition = prior.condition(scene.prompt, scene.negative_prompt, cameras)
    condition = tell_light(prior, condition, cameras, told.expand(views, 3))
    guidance = (settings.guidance_weight, settings.contrast_rescale)
    if first is not None:

        def shown() -> Tensor:
            """Another background each time. The start shape's colour is no reason to prefer one."""
            return as_pictures(scene, seen, colour, random_background(scene.generator), supersampling)

        latents = draw_first_ring(prior, shown, level, steps, condition, cameras, scene.generator, guidance, first)
    else:
        background = background_apart(colour, seen.opacity, scene.generator)
        pictures = as_pictures(scene, seen, colour, background, supersampling)
        latents = denoise(prior, prior.encode(pictures), level, steps, condition, scene.generator, *guidance)
    pictures = prior.decode(latents).clamp(0, 1)
    normals = pictures[:, 3:] * 2 - 1 if wants_normals(prior) else None
    return Ring.of(cameras, pictures[:, :3], light, unlit, normals)


def as_pictures(scene: Scene, seen: Rendered, colour: Tensor, background: Tensor, supersampling: int = 1) -> Tensor:
    """What the prior is shown, [V, C, H, W]: colours [R, 3] over a background [3], and normals if it wants them.

    seen: all rays of whole pictures of the prior's size, `supersampling` along each side of a pixel: what is thinner
    than a pixel is shown as covering a part of it, as in the pictures that priors learn from.
    """
    size = supersampling * scene.prior.resolution
    views = len(colour) // size**2
    behind = (1 - seen.opacity)[:, None] * background.to(scene.device)
    images = (colour + behind).view(views, size, size, 3).permute(0, 3, 1, 2)
    if wants_normals(scene.prior):
        surface = surface_normals(scene.field, seen)
        images = torch.cat([images, normal_pictures(*surface, views, size)], dim=1)
    return F.avg_pool2d(images, supersampling)


def _light(scene: Scene, share: float) -> Tensor | None:
    """A direction to light a ring from, or None for plain albedo."""
    if torch.rand((), generator=scene.generator).item() >= share:
        return None
    return random_light_direction(scene.generator, scene.device)
