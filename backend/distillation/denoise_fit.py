"""Denoise and fit: pictures of the object are made better by the prior, and the field is fitted to them, in turns.

At descending noise levels: render a ring of views, add noise, let the prior denoise them together in a few guided
DDIM steps, and fit the field to these and the last few rings' pictures by plain photometric steps on random rays.
The idea is that of dataset updates (Instruct-NeRF2NeRF, 2303.12789) and of SDEdit (2108.01073) with a multi-view
prior; descending levels follow DreamFlow (2403.14966), without its learnt source score.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

from backend.cameras import Cameras, random_ring, ring
from backend.distillation.base import Scene
from backend.priors.base import Condition, Prior, classifier_free_guidance, rescale_contrast
from backend.shading import estimate_light, soft_lambert

__all__ = ["DenoiseFit", "DenoiseFitSettings"]


@dataclass(frozen=True)
class DenoiseFitSettings:
    guidance_weight: float = 4.0  # the paper's w; diffusers' scale is w + 1
    contrast_rescale: float = 0.5  # see rescale_contrast
    start_level: float = 0.98  # noise level of the first ring: all noise
    high_level: float = 0.85  # of the second
    end_level: float = 0.22  # of the last
    level_power: float = 1.0  # above 1 the levels fall quickly first
    steps_per_ring: int = 30  # photometric steps between two rings
    first_steps: int = 2  # the first ring is fitted for this many times as long
    ddim_steps: int = 14  # from noise level 1 to 0; fewer from lower levels
    min_ddim_steps: int = 3
    keep: int = 6  # rings whose pictures are fitted
    rays: int = 4096  # a photometric step
    newest_share: float = 0.5  # of the steps go to the newest ring
    photometric_weight: float = 50.0
    light_stiffness: float = 0.05
    albedo_smoothness: float = 0.0
    fov: float = 0.75  # rad
    margin: float = 1.05  # m, radius of the sphere that fills the view
    low_elevation: float = -0.1  # rad
    high_elevation: float = 0.6  # rad


@dataclass(frozen=True)
class Ring:
    """Pictures to be fitted: cameras of one ring and what the prior made of their views."""

    cameras: Cameras
    pictures: Tensor  # [V, 3, H, W] in 0 … 1
    backgrounds: Tensor  # [V, 3]


class DenoiseFit:
    """See the module."""

    label = "Denoise and fit"

    def __init__(self, settings: DenoiseFitSettings, steps: int) -> None:
        self.settings = settings
        self.rounds = max(1, round(steps / settings.steps_per_ring) - settings.first_steps + 1)
        self.step = 0
        self.round = 0
        self.rings: list[Ring] = []
        self.planned_calls = sum(self._ddim_steps(self.noise_level(i)) for i in range(self.rounds))

    def loss(self, scene: Scene, progress: float) -> Tensor:
        """Make a new ring when one is due; then compare random rays with the pictures."""
        settings = self.settings
        due = self.round if self.round == 0 else (self.round + settings.first_steps - 1) * settings.steps_per_ring
        if self.step >= due and self.round < self.rounds:
            self.rings = [*self.rings, self._new_ring(scene)][-settings.keep :]
            self.round += 1
        self.step += 1
        newest = torch.rand((), generator=scene.generator).item() < settings.newest_share
        index = -1 if newest else int(torch.randint(len(self.rings), (), generator=scene.generator))
        return self._photometric(scene, self.rings[index])

    def noise_level(self, turn: int) -> float:
        """Of the turn-th ring."""
        settings = self.settings
        if turn == 0:
            return settings.start_level
        share = ((turn - 1) / max(1, self.rounds - 2)) ** (1 / settings.level_power)
        return settings.high_level + (settings.end_level - settings.high_level) * share

    def _ddim_steps(self, level: float) -> int:
        return max(self.settings.min_ddim_steps, round(self.settings.ddim_steps * level))

    @torch.no_grad()
    def _new_ring(self, scene: Scene) -> Ring:
        settings, prior = self.settings, scene.prior
        if self.round == 0:
            cameras = ring(prior.views, 0.0, 0.25, settings.fov, settings.margin, scene.device)
        else:
            elevations = (settings.low_elevation, settings.high_elevation)
            fovs = (settings.fov, settings.fov)
            cameras = random_ring(prior.views, elevations, fovs, settings.margin, scene.generator, scene.device)
        grey = 0.25 + 0.5 * torch.rand((), generator=scene.generator).item()
        views, size = len(cameras), prior.resolution
        backgrounds = torch.full((views, 3), grey, device=scene.device)
        if self.round == 0:
            images = backgrounds[:, :, None, None].expand(-1, -1, size, size)
        else:
            seen = scene.marcher(scene.field, cameras.all_rays(size), scene.generator)
            flat = seen.albedo + (1 - seen.opacity)[:, None] * grey
            images = flat.view(views, size, size, 3).permute(0, 3, 1, 2)
        condition = prior.condition(scene.prompt, scene.negative_prompt, cameras)
        level = self.noise_level(self.round)
        steps = self._ddim_steps(level)
        latents = denoise(prior, prior.encode(images), level, steps, condition, settings, scene.generator)
        pictures = prior.decode(latents).clamp(0, 1)
        return Ring(cameras, pictures, border_colour(pictures))

    def _photometric(self, scene: Scene, target: Ring) -> Tensor:
        settings = self.settings
        size = target.pictures.shape[-1]
        draw = torch.rand(3, settings.rays, generator=scene.generator).to(scene.device)
        view = (draw[0] * len(target.cameras)).long()
        # A pixel is the mean over its square, and so is the expectation over a ray through a random point of it.
        column, row = draw[1] * size, draw[2] * size
        rays = target.cameras.rays(view, column, row, size)
        seen = scene.marcher(scene.field, rays, scene.generator)
        wanted = target.pictures[view, :, row.long(), column.long()]
        background = target.backgrounds[view]

        solid = (seen.opacity.detach() > 0.5).nonzero()[:, 0]
        brightness = torch.ones_like(seen.opacity)
        smoothness = seen.opacity.new_zeros(())
        if len(solid) > 64:
            points = seen.points[solid].detach()
            normals = scene.field.normal(points)
            through = (1 - seen.opacity[solid])[:, None] * background[solid]
            light = estimate_light(
                seen.albedo[solid], normals.detach(), wanted[solid] - through, settings.light_stiffness
            )
            brightness = brightness.index_put((solid,), soft_lambert(normals, light))
            if settings.albedo_smoothness:
                shift = 0.03 * torch.randn(points.shape, generator=scene.generator).to(points.device)
                here, there = scene.field(points).albedo, scene.field(points + shift).albedo
                smoothness = settings.albedo_smoothness * (here - there).abs().mean()
        colour = seen.albedo * brightness[:, None] + (1 - seen.opacity)[:, None] * background
        return settings.photometric_weight * F.mse_loss(colour, wanted) + smoothness

    def state_dict(self) -> dict[str, Tensor]:
        """The pictures in use and how far the rounds are."""
        state = {"counters": torch.tensor([self.step, self.round])}
        for i, kept in enumerate(self.rings):
            cameras = kept.cameras
            state[f"ring{i}.cameras"] = torch.cat(
                [cameras.pose.flatten(1), torch.stack([cameras.fov, cameras.azimuth, cameras.elevation], 1)], 1
            )
            state[f"ring{i}.pictures"] = kept.pictures
            state[f"ring{i}.backgrounds"] = kept.backgrounds
        return state

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """See Objective."""
        self.step, self.round = (int(x) for x in state["counters"])
        self.rings = []
        while f"ring{len(self.rings)}.cameras" in state:
            name = f"ring{len(self.rings)}"
            packed = state[f"{name}.cameras"]
            cameras = Cameras(packed[:, :12].reshape(-1, 3, 4), packed[:, 12], packed[:, 13], packed[:, 14])
            self.rings.append(Ring(cameras, state[f"{name}.pictures"], state[f"{name}.backgrounds"]))


def denoise(
    prior: Prior,
    latents: Tensor,
    level: float,
    steps: int,
    condition: Condition,
    settings: DenoiseFitSettings,
    generator: torch.Generator,
) -> Tensor:
    """Add noise up to a level and take it away again in guided DDIM steps (Song et al. 2020, eq. 12, η = 0).

    latents: [B, ...] clean.  level: 0 … 1.  Returns the same shape, clean.
    """
    schedule = prior.schedule
    timesteps = [schedule.timestep(level * (1 - i / steps)) for i in range(steps + 1)]
    noise = torch.randn(latents.shape, generator=generator).to(latents.device)
    noisy = schedule.add_noise(latents, noise, timesteps[0])
    clean = latents
    for now, then in pairwise(timesteps):
        conditional, unconditional = prior.predict_noise(noisy, now, condition)
        guided = classifier_free_guidance(conditional, unconditional, settings.guidance_weight)
        clean = schedule.clean_from_noise(noisy, guided, now)
        plain = schedule.clean_from_noise(noisy, conditional, now)
        clean = rescale_contrast(clean, plain, settings.contrast_rescale).clamp(-1, 1)
        noisy = schedule.add_noise(clean, schedule.noise_from_clean(noisy, clean, now), then)
    return clean


def border_colour(pictures: Tensor) -> Tensor:
    """The plain colour behind the object: the median of the four corners.  pictures: [V, 3, H, W].  Returns [V, 3]."""
    corners = [pictures[:, :, y, x] for y in (slice(4), slice(-4, None)) for x in (slice(4), slice(-4, None))]
    return torch.cat([corner.flatten(2) for corner in corners], dim=2).median(dim=2).values
