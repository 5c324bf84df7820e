"""Denoise and fit: pictures of the object are made better by the prior, and the field is fitted to them, in turns.

At descending noise levels: render a ring of views, add noise, let the prior denoise them together in a few guided
DDIM steps, and fit the field to these and the last few rings' pictures by plain photometric steps on random rays.
The idea is that of dataset updates (Instruct-NeRF2NeRF, 2303.12789) and of SDEdit (2108.01073) with a multi-view
prior; descending levels follow DreamFlow (2403.14966), without its learnt source score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from backend.cameras import Cameras, random_ring, ring
from backend.distillation.base import Scene
from backend.distillation.denoising import denoise
from backend.distillation.first_ring import FirstRingSettings, draw_first_ring, first_ring_calls
from backend.distillation.normals import disagreement, normal_pictures, surface_normals, wants_normals
from backend.distillation.target_rings import Ring
from backend.priors.base import tell_light
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
    between_level: float = 0.8  # of the second, which looks from between the first one's cameras
    high_level: float = 0.7  # of the third: low enough to keep the sides that the first two have shown
    end_level: float = 0.22  # of the last
    level_power: float = 1.0  # above 1 the levels fall quickly first
    first_elevation: float = 0.25  # rad; above all_round_below the rings stay about here, where the first one was
    all_round_below: float = 0.55  # noise level; below it they go as high and low as the elevations below allow
    steps_per_ring: int = 30  # photometric steps between two rings
    first_steps: int = 4  # the first ring is fitted for this many times as long
    ddim_steps: int = 13  # from noise level 1 to 0; from lower ones fewer, see _ddim_steps
    min_ddim_steps: int = 3
    keep: int = 6  # rings whose pictures are fitted
    rays: int = 3072  # a photometric step
    newest_share: float = 0.5  # of the steps go to the newest ring
    anchor_share: float = 0.25  # of the steps go to the first ring, which alone was drawn without a shape in the way
    anchor_until: float = 0.5  # noise level; below it the object stands, and new rings know better
    photometric_weight: float = 50.0
    silhouette_weight: float = 15.0  # on opacity outside the pictures' silhouettes and on the lack of it inside
    silhouettes_above: float = 0.6  # noise level; below it they would eat thin parts that pictures disagree about
    normal_weight: float = 0.5  # on the normals' disagreement, for a prior that sees normals; not tuned on one yet
    entropy_weight: float = 0.003  # on rays that neither hit nor miss, growing from 0
    shaded_share: float = 0.7  # of the rings are shown to the prior under a light, the others as plain albedo
    ambient: float = 0.45
    shaded_below: float = 0.8  # noise level; above it the prior would draw a light of its own
    fov: float = 0.75  # rad
    margin: float = 1.05  # m, radius of the sphere that fills the view
    low_elevation: float = -0.1  # rad
    high_elevation: float = 0.6  # rad


class DenoiseFit:
    """See the module."""

    label = "Denoise and fit"

    def __init__(
        self,
        settings: DenoiseFitSettings,
        steps: int,
        entry: float = 0.0,
        first_ring: FirstRingSettings = FirstRingSettings(),  # noqa: B008  # frozen
    ) -> None:
        """entry: progress at which the noise levels are entered, where there is an object to begin with."""
        self.settings = settings
        self.first_ring = first_ring
        self.entry = entry
        self.rounds = max(1, round(steps / settings.steps_per_ring) - settings.first_steps + 1)
        self.step = 0
        self.round = 0
        self.rings: list[Ring] = []
        self.anchor: Ring | None = None
        steps_of = [self._ddim_steps(self.noise_level(turn)) for turn in range(self.rounds)]
        if not entry:
            steps_of[0] = first_ring_calls(first_ring, steps_of[0])
        self.planned_calls = sum(steps_of)

    def loss(self, scene: Scene, progress: float) -> Tensor:
        """Make a new ring when one is due; then compare random rays with the pictures."""
        settings = self.settings
        due = self.round if self.round == 0 else (self.round + settings.first_steps - 1) * settings.steps_per_ring
        if self.step >= due and self.round < self.rounds:
            made = self._new_ring(scene)
            if not made.is_finite():
                # Among the targets it could get into a snapshot, and no rewind would be rid of it.
                return made.pictures.new_tensor(torch.nan)
            self._keep(made)
        self.step += 1
        return self._photometric(scene, self._target(scene.generator), progress)

    def _keep(self, made: Ring) -> None:
        """Take a new ring among the targets."""
        if self.round == 0 and not self.entry:
            self.anchor = made
        if self.noise_level(self.round) < self.settings.anchor_until:
            self.anchor = None
        self.rings = [*self.rings, made][-self.settings.keep :]
        self.round += 1

    def _target(self, generator: torch.Generator) -> Ring:
        """The ring that the coming step is fitted to."""
        draw = torch.rand(2, generator=generator)
        if self.anchor is not None and draw[0] < self.settings.anchor_share:
            return self.anchor
        newest = draw[1] < self.settings.newest_share
        return self.rings[-1 if newest else int(torch.randint(len(self.rings), (), generator=generator))]

    def noise_level(self, turn: int) -> float:
        """Of the turn-th ring."""
        settings = self.settings
        if self.entry:
            progress = ramp(self.entry, 1.0, turn / max(1, self.rounds - 1))
        elif turn < 2:
            return (settings.start_level, settings.between_level)[turn]
        else:
            progress = (turn - 2) / max(1, self.rounds - 3)
        share = progress ** (1 / settings.level_power)
        return settings.high_level + (settings.end_level - settings.high_level) * share

    def _ddim_steps(self, level: float) -> int:
        """With the level's square: at high levels few steps give only the mean of all that could be, a blur."""
        return max(self.settings.min_ddim_steps, round(self.settings.ddim_steps * level**2))

    @torch.no_grad()
    def _new_ring(self, scene: Scene) -> Ring:
        settings, prior = self.settings, scene.prior
        level = self.noise_level(self.round)
        cameras = self._cameras(scene, level)
        views, size = len(cameras), prior.resolution
        light = self._light(scene) if level < settings.shaded_below else None
        seen = scene.renderer(scene.field, cameras.all_rays(size), scene.generator)
        colour = seen.albedo * self._brightness(scene, seen, light)[:, None]

        def pictures_of_it() -> Tensor:
            background = random_background(scene.generator).to(scene.device)
            images = (colour + (1 - seen.opacity)[:, None] * background).view(views, size, size, 3).permute(0, 3, 1, 2)
            if not wants_normals(prior):
                return images
            surface = surface_normals(scene.field, seen)
            return torch.cat([images, normal_pictures(*surface, views, size)], dim=1)

        told = torch.zeros(3, device=scene.device) if light is None else (1 - settings.ambient) * light
        condition = prior.condition(scene.prompt, scene.negative_prompt, cameras)
        condition = tell_light(prior, condition, cameras, told.expand(views, 3))
        steps = self._ddim_steps(level)
        guidance = (settings.guidance_weight, settings.contrast_rescale)
        how = (level, steps, condition)
        if self.round == 0 and not self.entry:
            latents = draw_first_ring(prior, pictures_of_it, *how, cameras, scene.generator, guidance, self.first_ring)
        else:
            latents = denoise(prior, prior.encode(pictures_of_it()), *how, scene.generator, *guidance)
        pictures = prior.decode(latents).clamp(0, 1)
        normals = pictures[:, 3:] * 2 - 1 if wants_normals(prior) else None
        return Ring.of(cameras, pictures[:, :3], light, normals)

    def _cameras(self, scene: Scene, level: float) -> Cameras:
        """Of the next ring: the first two share eight sides between them, then come any."""
        settings, views = self.settings, scene.prior.views
        if self.round < 2 and not self.entry:
            azimuth = self.round * math.pi / views
            return ring(views, azimuth, settings.first_elevation, settings.fov, settings.margin, scene.device)
        elevations = (settings.low_elevation, settings.high_elevation)
        if level >= settings.all_round_below:
            elevations = (settings.first_elevation, settings.first_elevation)
        fovs = (settings.fov, settings.fov)
        return random_ring(views, elevations, fovs, settings.margin, scene.generator, scene.device)

    def _photometric(self, scene: Scene, target: Ring, progress: float) -> Tensor:
        settings = self.settings
        size = target.pictures.shape[-1]
        draw = torch.rand(3, settings.rays, generator=scene.generator).to(scene.device)
        view = (draw[0] * len(target.cameras)).long()
        # A pixel is the mean over its square, and so is the expectation over a ray through a random point of it.
        column, row = draw[1] * size, draw[2] * size
        rays = target.cameras.rays(view, column, row, size)
        seen = scene.renderer(scene.field, rays, scene.generator)
        at = (view, row.long(), column.long())
        wanted = target.pictures[at[0], :, at[1], at[2]]
        background = target.backgrounds[view]

        brightness = self._brightness(scene, seen, target.light)
        colour = seen.albedo * brightness[:, None] + (1 - seen.opacity)[:, None] * background
        wrong = settings.photometric_weight * F.mse_loss(colour, wanted)
        fog = settings.entropy_weight * progress * opacity_entropy(seen.opacity)
        return wrong + fog + self._beyond_silhouette(target, seen, at) + self._turned_wrongly(scene, target, seen, at)

    def _beyond_silhouette(self, target: Ring, seen: Rendered, at: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        """What is solid outside the pictures' silhouettes, or not solid inside. at: view, row and column of each ray.

        Matter in the background's colour looks like none in the pictures; only this says that it is wrong there.
        """
        settings = self.settings
        if self.noise_level(self.round - 1) < settings.silhouettes_above:
            return seen.opacity.new_zeros(())
        wrong = torch.where(target.outside[at], seen.opacity, torch.where(target.inside[at], 1 - seen.opacity, 0.0))
        return settings.silhouette_weight * wrong.square().mean()

    def _turned_wrongly(
        self, scene: Scene, target: Ring, seen: Rendered, at: tuple[Tensor, Tensor, Tensor]
    ) -> Tensor | float:
        """How much the surfaces face otherwise than in the prior's normals; 0 if it has none. at: as above."""
        if target.normals is None:
            return 0.0
        wanted = target.normals[at[0], :, at[1], at[2]]
        return self.settings.normal_weight * disagreement(*surface_normals(scene.field, seen), wanted)

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
        kept = {f"ring{index}": target for index, target in enumerate(self.rings)}
        if self.anchor is not None:
            kept["anchor"] = self.anchor
        state = {"counters": torch.tensor([self.step, self.round])}
        return state | {
            f"{name}.{key}": value for name, ring in kept.items() for key, value in ring.state_dict().items()
        }

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """See Objective."""
        self.step, self.round = (int(x) for x in state["counters"])
        parts: dict[str, dict[str, Tensor]] = {}
        for name, value in state.items():
            owner, _, key = name.partition(".")
            parts.setdefault(owner, {})[key] = value
        self.rings = []
        while (name := f"ring{len(self.rings)}") in parts:
            self.rings.append(Ring.from_state(parts[name]))
        self.anchor = Ring.from_state(parts["anchor"]) if "anchor" in parts else None
