"""How much an object looks like its prompt to the prior that it is made with.

A diffusion model is a classifier as well: the better a caption fits a picture, the less wrong is what the model says of
the noise in it (Li et al. 2023 (2303.16203), "Your Diffusion Model is Secretly a Zero-Shot Classifier", eq. 4). Here it
is asked with the prompt and with the negative one, and the share of its error that the prompt spares it counts.
"""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor

from backend.cameras import Cameras, ring
from backend.distillation.base import Scene
from backend.distillation.ring_drawing import as_pictures
from backend.priors.base import tell_light

__all__ = ["likeness", "likeness_calls"]

LEVEL: Final = 0.7  # of the noise; what is found at 0.5 or 0.8 tells less of how the object will be (docs/tuning.md)
DRAWS: Final = 3  # of noise, for each ring
SIDES: Final = 8  # that are looked at, as many at a time as the prior sees together: no more than a step shows it
ELEVATION, FOV, MARGIN = 0.3, 0.75, 1.05  # rad, rad, m
BACKGROUND: Final = 0.85  # grey
SEED: Final = 20_230_316  # the same noise for all that are compared


def likeness_calls(views: int) -> int:
    """How often a prior is asked that looks at so many views together."""
    return _rings(views) * DRAWS


@torch.no_grad()
def likeness(scene: Scene) -> float:
    """The share of the prior's squared error about renders of the field that the prompt takes away.

    A mean over rings of unlit views and draws of noise. Takes nothing from the scene's generator.
    """
    views, rings = scene.prior.views, _rings(scene.prior.views)
    turns = [number * 2 * math.pi / (views * rings) for number in range(rings)]
    spared = [_spared(scene, ring(views, turn, ELEVATION, FOV, MARGIN, scene.device)) for turn in turns]
    return torch.stack(spared).mean().item()


def _rings(views: int) -> int:
    return max(1, SIDES // views)


def _spared(scene: Scene, cameras: Cameras) -> Tensor:
    """The share that the prompt takes away in one ring of views: [draws]."""
    prior = scene.prior
    seen = scene.renderer(scene.field, cameras.all_rays(prior.resolution), None)
    latents = prior.encode(as_pictures(scene, seen, seen.albedo, torch.full((3,), BACKGROUND)))
    condition = prior.condition(scene.prompt, scene.negative_prompt, cameras)
    condition = tell_light(prior, condition, cameras, torch.zeros(len(cameras), 3, device=scene.device))
    generator, timestep = torch.Generator().manual_seed(SEED), prior.schedule.timestep(LEVEL)
    shares = []
    for _ in range(DRAWS):
        noise = torch.randn(latents.shape, generator=generator).to(latents)
        noisy = prior.schedule.add_noise(latents, noise, timestep)
        predicted = prior.predict_noise(noisy, timestep, condition)
        conditional_error, unconditional_error = ((each - noise).square().mean() for each in predicted)
        shares.append(1 - conditional_error / unconditional_error)
    return torch.stack(shares)
