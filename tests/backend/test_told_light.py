"""Priors that are told the light: what they are told is what the field is shown under, and none of it stays."""

import dataclasses

import pytest
import torch
from analytic import CPU, BallField, GaussianPrior, ignore, small_run

from backend.cameras import ring
from backend.distillation.lighting import Lighting
from backend.presets import Stage, load_preset
from backend.priors.base import tell_light
from backend.priors.in_parts import PriorInParts

SIZE = 16
BALL = BallField(radius=0.6, density=50.0, colour=(0.8, 0.7, 0.6))
SMALL = {
    "takes.count": 1,
    "denoise_fit.guidance_weight": 0.0,
    "denoise_fit.contrast_rescale": 0.0,
    "denoise_fit.rays": 1024,
    "denoise_fit.steps_per_ring": 10,
    "denoise_fit.ddim_steps": 3,
    "denoise_fit.min_ddim_steps": 3,
    "first_ring.candidates": 1,
    "denoise_fit.shaded_share": 1.0,
    "denoise_fit.shaded_below": 1.0,
    "render.samples": 32,
    "render.occupancy_resolution": 16,
    "regularize.points": 500,
}


class LitBallPrior(GaussianPrior):
    """Has a ball in mind, under the light that it is told; told none, or deaf, under one of its own, from -X."""

    hears_light = True

    def __init__(self):
        super().__init__(0.5, std=0.02, resolution=SIZE)
        self.told = []

    def condition(self, prompt, negative_prompt, cameras, say_views=True):
        own = torch.tensor([[-0.55, 0.0, 0.0]]).expand(len(cameras), 3)
        return self._lit(super().condition(prompt, negative_prompt, cameras, say_views), cameras, own)

    def under_light(self, condition, cameras, lights):
        self.told.append(lights)
        return self._lit(condition, cameras, lights)

    def _lit(self, condition, cameras, lights):
        rays = cameras.all_rays(SIZE)
        opacity = BALL.opacity(rays)[:, None]
        along = (rays.origins * rays.directions).sum(dim=-1)
        depth = -along - (along**2 - rays.origins.square().sum(dim=-1) + BALL.radius**2).clamp(min=0).sqrt()
        normals = torch.nn.functional.normalize(rays.origins + depth[:, None] * rays.directions, dim=-1)
        light = lights.repeat_interleave(SIZE**2, dim=0)
        brightness = 1 - light.norm(dim=-1) + (normals * light).sum(dim=-1).clamp(min=0)
        pictures = opacity * BALL.colour * brightness[:, None] + (1 - opacity) * 0.5
        pictures = pictures.view(len(cameras), SIZE, SIZE, 3).permute(0, 3, 1, 2)
        return dataclasses.replace(condition, text=pictures.flatten(1)[:, None] * 2 - 1)


class DeafBallPrior(LitBallPrior):
    hears_light = False


def albedo_on_both_sides(prior):
    """Mean albedo of the finished ball where it faces -X, and where it faces +X."""
    preset = dataclasses.replace(load_preset("standard"), stages=(Stage("denoise_fit", 120),)).with_overrides(SMALL)
    run = small_run(preset, prior)
    while run.step_index < run.steps:
        run.step(ignore)
    points = torch.nn.functional.normalize(torch.randn(400, 3, generator=torch.Generator().manual_seed(0)), dim=1)
    with torch.no_grad():
        albedo = run.scene.field(0.97 * BALL.radius * points).albedo.mean(dim=1)
    return albedo[points[:, 0] < -0.5].mean().item(), albedo[points[:, 0] > 0.5].mean().item()


def test_the_light_that_a_prior_is_told_leaves_the_albedo_even():
    prior = LitBallPrior()
    lit, dark = albedo_on_both_sides(prior)
    assert lit == pytest.approx(0.7, abs=0.12)
    assert dark == pytest.approx(lit, abs=0.06)
    lengths = torch.cat(prior.told).norm(dim=-1)
    ambient = load_preset("standard").denoise_fit.ambient
    torch.testing.assert_close(lengths, torch.full_like(lengths, 1 - ambient))


def test_a_prior_with_a_light_of_its_own_leaves_it_in_the_albedo():
    """What telling the light is for."""
    lit, dark = albedo_on_both_sides(DeafBallPrior())
    assert lit > dark + 0.08


def test_priors_that_hear_nothing_are_asked_as_before():
    prior = GaussianPrior(0.5, 0.1)
    cameras = ring(4, 0.0, 0.2, 0.75, 1.1, CPU)
    condition = prior.condition("", "", cameras)
    assert tell_light(prior, condition, cameras, torch.ones(4, 3)) is condition
    assert tell_light(PriorInParts(prior, 2), condition, cameras, torch.ones(4, 3)) is condition


@pytest.mark.parametrize("parts", [1, 2])
def test_score_distillation_tells_the_light_it_renders_under(parts):
    prior = LitBallPrior()
    overrides = {"score.shaded_from": -1.0, "score.shaded_share": 0.5, "render.samples": 16, "regularize.points": 100}
    preset = load_preset("sds").with_steps(12).with_overrides({**overrides, "memory.accumulate": parts})
    run = small_run(preset, prior)
    while run.step_index < run.steps:
        run.step(ignore)
    lengths = {round(length, 5) for told in prior.told for length in told.norm(dim=-1).tolist()}
    assert lengths == {0.0, round(1 - preset.score.ambient, 5)}


def test_near_lights_count_as_distant_ones_where_they_fall_and_as_none_elsewhere():
    lights = torch.tensor([[0.0, 0.0, 1.5], [0.0, 2.0, 0.0]])
    lighting = Lighting(torch.tensor([True, False]), torch.zeros(2).bool(), lights, distant=False, ambient=0.1)
    torch.testing.assert_close(lighting.told(), torch.tensor([[0.0, 0.0, 0.9], [0.0, 0.0, 0.0]]))
