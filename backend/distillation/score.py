"""Score distillation: render fresh views each step and push a rule's gradient through them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from backend.cameras import Cameras, random_cameras, random_ring
from backend.distillation.base import Scene
from backend.distillation.query import GradientRule, Query
from backend.regularizers import opacity_entropy
from backend.schedules import ramp
from backend.shading import lambert, random_light_direction

__all__ = ["ScoreDistillation", "ScoreSettings"]


@dataclass(frozen=True)
class ScoreSettings:
    """Levels are fractions of the prior's noise schedule; angles in rad; lengths in m."""

    views: int = 4  # a step, for a prior that sees one view at a time; else as many as it sees together
    low_level: float = 0.02  # timesteps are drawn between low and high
    high_level_start: float = 0.98
    high_level_end: float = 0.35
    shaded_share: float = 0.7  # of steps that show the surface under a light
    shaded_from: float = 0.1  # progress before which albedo alone is shown, as in DreamFusion §3.3
    ambient: float = 0.45
    entropy_weight: float = 0.03
    sparsity_weight: float = 0.003  # on the mean opacity, fading out; more shrinks the object
    low_fov: float = 0.55
    high_fov: float = 0.95
    margin: float = 1.1  # radius of the sphere that fills the view
    low_elevation: float = -0.15
    high_elevation: float = 0.65
    single_view_high_elevation: float = 1.3  # a prior that reads directions in words may look from above


class ScoreDistillation:
    """DreamFusion's loop body around any gradient rule."""

    def __init__(self, rule: GradientRule, settings: ScoreSettings, steps: int) -> None:
        self.rule = rule
        self.settings = settings
        self.label = rule.label
        self.planned_calls = steps

    def loss(self, scene: Scene, progress: float) -> Tensor:
        """A scalar whose gradient on the rendered latents is the rule's, averaged over pixels and views' channels."""
        settings, prior = self.settings, scene.prior
        cameras = self._cameras(scene)
        images, opacity = self._render(scene, cameras, progress)
        z = prior.encode(images)
        high = ramp(settings.high_level_start, settings.high_level_end, progress)
        share = torch.rand((), generator=scene.generator).item()
        timestep = prior.schedule.timestep(settings.low_level + (high - settings.low_level) * share)
        condition = prior.condition(scene.prompt, scene.negative_prompt, cameras)
        gradient = self.rule.gradient(Query(prior, z, timestep, condition, scene.generator))
        # A mean over pixels, not a sum, so that other losses keep their weights at any resolution.
        distillation = (gradient.detach().clamp(-2, 2) * z).sum() / z[0].numel()
        fog = settings.entropy_weight * progress * opacity_entropy(opacity)
        return distillation + fog + settings.sparsity_weight * (1 - progress) * opacity.mean()

    def _cameras(self, scene: Scene) -> Cameras:
        settings = self.settings
        fov = (settings.low_fov, settings.high_fov)
        if scene.prior.views > 1:
            elevation = (settings.low_elevation, settings.high_elevation)
            return random_ring(scene.prior.views, elevation, fov, settings.margin, scene.generator, scene.device)
        elevation = (settings.low_elevation, settings.single_view_high_elevation)
        return random_cameras(settings.views, elevation, fov, settings.margin, scene.generator, scene.device)

    def _render(self, scene: Scene, cameras: Cameras, progress: float) -> tuple[Tensor, Tensor]:
        """Pictures [B, 3, H, W] over the background, and the rays' opacities."""
        settings, size = self.settings, scene.prior.resolution
        rays = cameras.all_rays(size)
        seen = scene.renderer(scene.field, rays, scene.generator)
        colour = seen.albedo
        lit = torch.rand((), generator=scene.generator).item() < settings.shaded_share
        if lit and progress > settings.shaded_from:
            solid = (seen.opacity.detach() > 0.5).nonzero()[:, 0]
            normals = scene.field.normal(seen.points[solid].detach())
            light = random_light_direction(scene.generator, scene.device).expand_as(normals)
            brightness = torch.ones_like(seen.opacity).index_put((solid,), lambert(normals, light, settings.ambient))
            colour = colour * brightness[:, None]
        colour = colour + (1 - seen.opacity)[:, None] * scene.background(rays, scene.generator)
        images = colour.view(len(cameras), size, size, 3).permute(0, 3, 1, 2)
        return images, seen.opacity

    def state_dict(self) -> dict[str, Tensor]:
        """Nothing is kept between steps."""
        return {}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Nothing to take back."""
