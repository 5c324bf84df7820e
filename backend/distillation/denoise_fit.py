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
from backend.regularizers import opacity_entropy
from backend.rendering.base import Rendered
from backend.schedules import ramp
from backend.shading import lambert, random_background, random_light_direction

__all__ = ["DenoiseFit", "DenoiseFitSettings"]


@dataclass(frozen=True)
class DenoiseFitSettings:
    guidance_weight: float = 4.0  # the paper's w; diffusers' scale is w + 1
    contrast_rescale: float = 0.5  # see rescale_contrast
    start_level: float = 0.95  # noise level of the first ring: little more than where the start shape is shows
    high_level: float = 0.85  # of the second
    end_level: float = 0.22  # of the last
    level_power: float = 1.0  # above 1 the levels fall quickly first
    steps_per_ring: int = 30  # photometric steps between two rings
    first_steps: int = 2  # the first ring is fitted for this many times as long
    ddim_steps: int = 14  # from noise level 1 to 0; fewer from lower levels
    min_ddim_steps: int = 3
    keep: int = 6  # rings whose pictures are fitted
    rays: int = 3072  # a photometric step
    newest_share: float = 0.5  # of the steps go to the newest ring
    photometric_weight: float = 50.0
    entropy_weight: float = 0.003  # on rays that neither hit nor miss, growing from 0
    shaded_share: float = 0.7  # of the rings are shown to the prior under a light, the others as plain albedo
    ambient: float = 0.45
    shaded_below: float = 0.8  # noise level; above it the prior would draw a light of its own
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
    light: Tensor | None  # [3] unit vector towards the light they show, None for plain albedo


class DenoiseFit:
    """See the module."""

    label = "Denoise and fit"

    def __init__(self, settings: DenoiseFitSettings, steps: int, entry: float = 0.0) -> None:
        """entry: progress at which the noise levels are entered, where there is an object to begin with."""
        self.settings = settings
        self.entry = entry
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
            made = self._new_ring(scene)
            if not torch.isfinite(made.pictures).all():
                # Among the targets it could get into a snapshot, and no rewind would be rid of it.
                return made.pictures.new_tensor(torch.nan)
            self.rings = [*self.rings, made][-settings.keep :]
            self.round += 1
        self.step += 1
        newest = torch.rand((), generator=scene.generator).item() < settings.newest_share
        index = -1 if newest else int(torch.randint(len(self.rings), (), generator=scene.generator))
        return self._photometric(scene, self.rings[index], progress)

    def noise_level(self, turn: int) -> float:
        """Of the turn-th ring."""
        settings = self.settings
        if self.entry:
            progress = ramp(self.entry, 1.0, turn / max(1, self.rounds - 1))
        elif turn == 0:
            return settings.start_level
        else:
            progress = (turn - 1) / max(1, self.rounds - 2)
        share = progress ** (1 / settings.level_power)
        return settings.high_level + (settings.end_level - settings.high_level) * share

    def _ddim_steps(self, level: float) -> int:
        return max(self.settings.min_ddim_steps, round(self.settings.ddim_steps * level))

    @torch.no_grad()
    def _new_ring(self, scene: Scene) -> Ring:
        settings, prior = self.settings, scene.prior
        level = self.noise_level(self.round)
        if self.round == 0:
            cameras = ring(prior.views, 0.0, 0.25, settings.fov, settings.margin, scene.device)
        else:
            elevations = (settings.low_elevation, settings.high_elevation)
            fovs = (settings.fov, settings.fov)
            cameras = random_ring(prior.views, elevations, fovs, settings.margin, scene.generator, scene.device)
        background = random_background(scene.generator).to(scene.device)
        views, size = len(cameras), prior.resolution
        light = self._light(scene) if level < settings.shaded_below else None
        seen = scene.renderer(scene.field, cameras.all_rays(size), scene.generator)
        colour = seen.albedo * self._brightness(scene, seen, light)[:, None]
        images = (colour + (1 - seen.opacity)[:, None] * background).view(views, size, size, 3).permute(0, 3, 1, 2)
        condition = prior.condition(scene.prompt, scene.negative_prompt, cameras)
        steps = self._ddim_steps(level)
        latents = denoise(prior, prior.encode(images), level, steps, condition, settings, scene.generator)
        pictures = prior.decode(latents).clamp(0, 1)
        return Ring(cameras, pictures, border_colour(pictures), light)

    def _photometric(self, scene: Scene, target: Ring, progress: float) -> Tensor:
        settings = self.settings
        size = target.pictures.shape[-1]
        draw = torch.rand(3, settings.rays, generator=scene.generator).to(scene.device)
        view = (draw[0] * len(target.cameras)).long()
        # A pixel is the mean over its square, and so is the expectation over a ray through a random point of it.
        column, row = draw[1] * size, draw[2] * size
        rays = target.cameras.rays(view, column, row, size)
        seen = scene.renderer(scene.field, rays, scene.generator)
        wanted = target.pictures[view, :, row.long(), column.long()]
        background = target.backgrounds[view]

        brightness = self._brightness(scene, seen, target.light)
        colour = seen.albedo * brightness[:, None] + (1 - seen.opacity)[:, None] * background
        fog = settings.entropy_weight * progress * opacity_entropy(seen.opacity)
        return settings.photometric_weight * F.mse_loss(colour, wanted) + fog

    def _light(self, scene: Scene) -> Tensor | None:
        """A direction to light a ring from, or None for plain albedo."""
        if torch.rand((), generator=scene.generator).item() >= self.settings.shaded_share:
            return None
        return random_light_direction(scene.generator, scene.device)

    def _brightness(self, scene: Scene, seen: Rendered, light: Tensor | None) -> Tensor:
        """How bright the rays' surfaces are under a light: [R]; 1 without a light and where there is no surface."""
        brightness = torch.ones_like(seen.opacity)
        if light is None:
            return brightness
        solid = (seen.opacity.detach() > 0.5).nonzero()[:, 0]
        normals = scene.field.normal(seen.points[solid].detach())
        return brightness.index_put((solid,), lambert(normals, light.expand_as(normals), self.settings.ambient))

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
            if kept.light is not None:
                state[f"ring{i}.light"] = kept.light
        return state

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """See Objective."""
        self.step, self.round = (int(x) for x in state["counters"])
        self.rings = []
        while f"ring{len(self.rings)}.cameras" in state:
            name = f"ring{len(self.rings)}"
            packed = state[f"{name}.cameras"]
            cameras = Cameras(packed[:, :12].reshape(-1, 3, 4), packed[:, 12], packed[:, 13], packed[:, 14])
            pictures, backgrounds = state[f"{name}.pictures"], state[f"{name}.backgrounds"]
            self.rings.append(Ring(cameras, pictures, backgrounds, state.get(f"{name}.light")))


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
        clean = rescale_contrast(clean, plain, settings.contrast_rescale)
        if prior.in_pixels:
            clean = clean.clamp(-1, 1)
        noisy = schedule.add_noise(clean, schedule.noise_from_clean(noisy, clean, now), then)
    return clean


def border_colour(pictures: Tensor) -> Tensor:
    """The plain colour behind the object: the median of the four corners.  pictures: [V, 3, H, W].  Returns [V, 3]."""
    corners = [pictures[:, :, y, x] for y in (slice(4), slice(-4, None)) for x in (slice(4), slice(-4, None))]
    return torch.cat([corner.flatten(2) for corner in corners], dim=2).median(dim=2).values
