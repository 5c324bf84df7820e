"""Score distillation: render fresh views each step and push a rule's gradient through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from backend.camera_sampling import CameraSettings, paper_cameras
from backend.cameras import Cameras, Rays, random_cameras, random_ring
from backend.distillation.base import Scene
from backend.distillation.lighting import (
    Lighting,
    LightKind,
    SampleNormals,
    ShadeAt,
    near_lights,
    one_distant_light,
    shade,
)
from backend.distillation.normals import normal_pictures, surface_normals, wants_normals
from backend.distillation.query import GradientRule, Query, Wording
from backend.growth import GrowthSettings
from backend.priors.base import FULL_ENCODER_FROM, tell_light
from backend.priors.pictures import resized
from backend.regularizers import opacity_entropy, opacity_size, orientation
from backend.rendering.base import Rendered
from backend.schedules import ramp

__all__ = ["CameraChoice", "ScoreDistillation", "ScoreSettings"]

CameraChoice = Literal["framed", "paper"]


@dataclass(frozen=True)
class ScoreSettings:
    """Levels are fractions of the prior's noise schedule; angles in rad; lengths in m.

    Weights are those of means over a picture's pixels, summed over the views of a step: the distillation's, and those
    of opacity and orientation. Entropy and sparsity, ours, are means over all views. DreamFusion does not say whether
    its loss is a mean or a sum; read as a mean, its weights are ours. Code that sums the distillation over a picture's
    values needs 3 · 64² = 12,288 times these weights.
    """

    views: int = 4  # views in a step; a prior that sees several together gets whole rings, at least one. See [growth]
    full_encoder_from: float = FULL_ENCODER_FROM  # progress before which a job's fast encoder encodes; 1: always it
    view_prompts: bool = True  # say each view's direction to a prior that knows them by words alone (DreamFusion §3.2)
    low_level: float = 0.02  # lowest noise level that is drawn, from levels_until on
    low_level_start: float = 0.02  # lowest noise level that is drawn at first; MVDream has it fall from there
    high_level_start: float = 0.98  # highest noise level that is drawn at first
    high_level_end: float = 0.35  # highest noise level that is drawn, from levels_until on
    levels_until: float = 1.0  # progress at which the lowest and highest noise levels are at their ends
    level_per_view: bool = False  # whether each view has a noise level and a call of its own; else a step has one level
    gradient_limit: float = 2.0  # limit on each value of a rule's gradient; 0 is none
    light: LightKind = "distant"  # one distant light for all views; "point" is DreamFusion's, near, one for each view
    shade_at: ShadeAt = "surface"  # "surface": once a ray; "samples": everything on it that weighs, as in DreamFusion
    shaded_share: float = 0.7  # share of steps (of views, under point lights) that show the surface under a light
    shaded_from: float = 0.1  # progress before which albedo alone is shown, as in DreamFusion
    textureless_share: float = 0.0  # share of the shaded views, under point lights, that are white
    ambient: float = 0.45  # brightness of what no light reaches; the rest, up to 1, comes from the light
    low_light: float = 0.8  # least distance of point lights from the origin, in the cameras' unit; DreamFusion's
    high_light: float = 1.5  # largest distance of point lights from the origin, in the cameras' unit; DreamFusion's
    entropy_weight: float = 0.03  # weight on rays that neither hit nor miss, growing from 0
    sparsity_weight: float = 0.003  # weight on the mean opacity, fading out; more shrinks the object
    opacity_weight: float = 0.0  # weight on how much of the picture is covered (opacity_size); 1e-3 in DreamFusion
    orientation_weight_start: float = 0.0  # weight on surfaces seen from behind, at first; 1e-4 in DreamFusion
    # Weight on surfaces seen from behind, from orientation_until on; 1e-2 in DreamFusion, which calls 1e-3 … 1e-1
    # reasonable.
    orientation_weight_end: float = 0.0
    orientation_until: float = 1 / 3  # progress at which the weight on surfaces seen from behind is at its end
    cameras: CameraChoice = "framed"  # "framed": the object fills the view; "paper": those of [cameras], for one view
    low_fov: float = 0.55  # rad, narrowest field of view
    high_fov: float = 0.95  # rad, widest field of view
    margin: float = 1.1  # m, radius of the sphere that fills the view
    low_elevation: float = -0.15  # rad, lowest elevation of a camera
    high_elevation: float = 0.65  # rad, highest elevation of a camera, for priors of several views
    single_view_high_elevation: float = 1.3  # rad, highest elevation for priors of one view, which may look from above


class ScoreDistillation:
    """DreamFusion's loop body around any gradient rule."""

    def __init__(
        self,
        rule: GradientRule,
        settings: ScoreSettings,
        cameras: CameraSettings,
        growth: GrowthSettings,
        steps: int,
        prior_views: int,
    ) -> None:
        """prior_views: how many the prior looks at together."""
        self.rule = rule
        self.settings = settings
        self.camera_settings = cameras
        self.growth = growth
        self.label = rule.label
        self.steps = steps
        self.prior_views = prior_views
        self.changes_scene = False

    def calls_within(self, steps: int) -> int:
        """See Objective."""
        questions = steps
        if self.settings.level_per_view:
            shares = (step / self.steps for step in range(steps))
            views = (self.growth.views(self.settings.views, self.prior_views, share) for share in shares)
            questions = sum(views) // self.prior_views
        return questions * self.rule.calls

    def ring_count(self, progress: float) -> int:
        """See Objective."""
        return self.growth.views(self.settings.views, self.prior_views, progress) // self.prior_views

    def loss(self, scene: Scene, progress: float) -> Tensor:
        """A scalar whose gradient on the rendered latents is the rule's, a mean over pixels and channels."""
        cameras = self._cameras(scene, progress)
        size = self.growth.resolution(scene.prior.resolution, progress)
        rays = cameras.all_rays(size)
        seen = scene.renderer(scene.field, rays, scene.generator)
        normals = SampleNormals(scene.field, seen.samples)
        lighting = self._lighting(scene, cameras, progress)
        colour = shade(lighting, scene.field, seen, normals, self.settings.shade_at)
        colour = colour + (1 - seen.opacity)[:, None] * scene.background(rays, scene.generator)
        images = colour.view(len(cameras), size, size, 3).permute(0, 3, 1, 2)
        if wants_normals(scene.prior):
            surface = surface_normals(scene.field, seen)
            images = torch.cat([images, normal_pictures(*surface, len(cameras), size)], dim=1)
        loss = self._distil(scene, images, cameras, lighting.told(), progress)
        loss = loss + self.settings.entropy_weight * progress * opacity_entropy(seen.opacity)
        loss = loss + self.settings.sparsity_weight * (1 - progress) * seen.opacity.mean()
        # Times the views, because the distillation is a sum over them.
        return loss + len(cameras) * self._paper_regularizers(rays, seen, normals, progress)

    def _distil(self, scene: Scene, images: Tensor, cameras: Cameras, lights: Tensor, progress: float) -> Tensor:
        settings, prior = self.settings, scene.prior
        if prior.in_pixels:  # others bring pictures to their own size, whatever they get
            images = resized(images, prior.resolution)
        z = prior.encode(images)
        low = ramp(settings.low_level_start, settings.low_level, progress, settings.levels_until)
        high = ramp(settings.high_level_start, settings.high_level_end, progress, settings.levels_until)
        together = prior.views if settings.level_per_view else len(cameras)
        gradients = []
        parts = zip(z.split(together), cameras.split(together), lights.split(together), strict=True)
        for some, those, lit_by in parts:
            share = torch.rand((), generator=scene.generator).item()
            timestep = prior.schedule.timestep(low + (high - low) * share)
            condition = prior.condition(scene.prompt, scene.negative_prompt, those, settings.view_prompts)
            condition = tell_light(prior, condition, those, lit_by)
            wording = Wording(scene.prompt, scene.negative_prompt, those) if settings.view_prompts else None
            gradients.append(self.rule.gradient(Query(prior, some, timestep, condition, scene.generator, wording)))
        gradient = torch.cat(gradients).detach()
        if settings.gradient_limit:
            limited = gradient.clamp(-settings.gradient_limit, settings.gradient_limit)
            # An overflow is no large gradient: the loss must not be a number either.
            gradient = torch.where(gradient.isinf(), torch.nan, limited)
        # A mean over pixels, not a sum, so that other losses keep their weights at any resolution.
        return (gradient * z).sum() / z[0].numel()

    def _cameras(self, scene: Scene, progress: float) -> Cameras:
        settings, together = self.settings, scene.prior.views
        fov = (settings.low_fov, settings.high_fov)
        views = self.growth.views(settings.views, together, progress)
        if together > 1:  # it was trained on rings
            elevation = (settings.low_elevation, settings.high_elevation)
            common = (elevation, fov, settings.margin, scene.generator, scene.device)
            return Cameras.join([random_ring(together, *common) for _ in range(views // together)])
        if self._takes_paper_cameras(scene):
            return paper_cameras(views, self.camera_settings, scene.generator, scene.device)
        elevation = (settings.low_elevation, settings.single_view_high_elevation)
        return random_cameras(views, elevation, fov, settings.margin, scene.generator, scene.device)

    def _takes_paper_cameras(self, scene: Scene) -> bool:
        """Whether views are those of [cameras], in its unit; a prior of several views was trained on rings."""
        return self.settings.cameras == "paper" and scene.prior.views == 1

    def _lighting(self, scene: Scene, cameras: Cameras, progress: float) -> Lighting:
        settings, allowed = self.settings, progress > self.settings.shaded_from
        if settings.light == "distant":
            common = (settings.shaded_share, settings.ambient, scene.generator, scene.device)
            return one_distant_light(len(cameras), allowed, *common)
        shares = (settings.shaded_share, settings.textureless_share)
        distances = (settings.low_light, settings.high_light)
        return near_lights(
            cameras, allowed, *shares, settings.ambient, distances, scene.generator, self._unit(scene, cameras)
        )

    def _unit(self, scene: Scene, cameras: Cameras) -> float:
        """m to one of the paper's units. Where ours frame the object, lights stand off as far as cameras do."""
        settings = self.camera_settings
        if self._takes_paper_cameras(scene):
            return settings.scale
        return cameras.pose[:, :, 3].norm(dim=-1).mean().item() * 2 / (settings.near + settings.far)

    def _paper_regularizers(
        self, rays: Rays, seen: Rendered, normals: SampleNormals, progress: float
    ) -> Tensor | float:
        """DreamFusion's two, with their weights, as means over rays; 0 when both are off."""
        settings, loss = self.settings, 0.0
        if settings.opacity_weight:
            loss = settings.opacity_weight * opacity_size(seen.opacity)
        start, end = settings.orientation_weight_start, settings.orientation_weight_end
        if weight := ramp(start, end, progress, settings.orientation_until):
            index, samples = normals.index, seen.samples
            directions = rays.directions[samples.ray[index]]
            found = orientation(samples.weights[index], normals.normals, directions, len(seen.opacity))
            loss = loss + weight * found
        return loss

    def state_dict(self) -> dict[str, Tensor]:
        """Nothing is kept between steps."""
        return {}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Nothing to take back."""
