"""Score distillation in whole steps: what reaches the pictures, and when which timesteps are asked for."""

import math

import pytest
import torch
from analytic import CPU, GaussianPrior, ignore, small_run

from backend.cameras import ring
from backend.presets import load_preset


@pytest.fixture(scope="module")
def small_sds():
    """SDS over small pictures; at a low guidance, since an exact prior needs none."""
    settings = {
        "sds.guidance_weight": 0.0,
        "sds.contrast_rescale": 0.0,
        "score.sparsity_weight": 0.0,
        "score.entropy_weight": 0.0,
        "score.shaded_share": 0.0,
        "render.samples": 32,
        "render.occupancy_resolution": 16,
        "regularize.points": 500,
    }
    return load_preset("sds").with_steps(60).with_overrides(settings)


def test_the_gradient_reaches_the_pictures_and_is_a_mean_over_their_values(small_sds):
    """dLoss/dz must be the rule's gradient over the number of values in a picture, whatever the resolution."""

    class Latents(GaussianPrior):
        def encode(self, images):
            self.z = super().encode(images)
            self.z.retain_grad()
            return self.z

    prior = Latents(mean=0.6, std=1e-3)
    run = small_run(small_sds, prior)
    run.objectives[0].loss(run.scene, 0.0).backward()
    timestep = prior.timesteps[0]
    clean = small_sds.sds.weighting == "clean"
    alpha, sigma = prior.schedule.alphas[timestep], prior.schedule.sigmas[timestep]
    # With s → 0, ε̂ - ε = (α / σ) (z - m).
    pull = (prior.z - 0.2).detach() * (1.0 if clean else sigma * alpha)
    torch.testing.assert_close(prior.z.grad, pull.clamp(-2, 2) / prior.z[0].numel(), rtol=1e-3, atol=1e-6)


def test_sds_makes_the_renders_look_like_the_prior_s_pictures(small_sds):
    """Pictures all in one colour: the field must take it and grow into view, whatever the random background."""
    colour = torch.tensor([0.9, 0.2, 0.1])
    prior = GaussianPrior(mean=lambda cameras: colour.view(1, 3, 1, 1).expand(len(cameras), 3, 16, 16), std=0.02)
    run = small_run(small_sds, prior)
    rays = ring(4, 0.5, 0.2, 0.75, 1.1, CPU).all_rays(16)

    def look():
        with torch.no_grad():
            return run.scene.renderer(run.scene.field, rays, None)

    before = look()
    losses = [run.step(ignore) for _ in range(run.steps)]
    after = look()
    assert all(map(math.isfinite, losses))
    assert prior.calls == run.calls == run.planned_calls == run.steps
    solid = before.opacity > 0.95
    assert (before.albedo[solid] - colour).abs().mean() > 0.3
    assert (after.albedo[solid] - colour).abs().mean() < 0.16
    assert after.opacity.mean() > 1.1 * before.opacity.mean()


def test_the_gradient_s_limit_can_be_lifted(small_sds):
    """The paper has none; at its guidance the limit would change most values."""
    for limit, expected in ((2.0, 2.0), (0.0, 50.0)):
        preset = small_sds.with_overrides({"score.gradient_limit": limit, "sds.weighting": "uniform"})
        prior = GaussianPrior(mean=0.6, std=0.5, resolution=4)
        run = small_run(preset, prior)
        run.objectives[0].rule = Constant(50.0)
        z = torch.zeros(4, 3, 4, 4, requires_grad=True)
        cameras, dark = ring(4, 0, 0.2, 0.75, 1.1, CPU), torch.zeros(4, 3)
        run.objectives[0]._distil(run.scene, z / 2 + 0.5, cameras, dark, 0.5).backward()
        torch.testing.assert_close(z.grad, torch.full_like(z, expected / 48))


def test_low_levels_may_come_down_as_well_and_both_be_early(small_sds):
    """MVDream's: from one level alone to a range, before the run is over."""
    start = {"score.low_level_start": 0.98, "score.high_level_end": 0.5, "score.levels_until": 0.8}
    prior = GaussianPrior(mean=0.5, std=0.3, resolution=4)
    run = small_run(small_sds.with_overrides(start), prior)
    for progress in [0.0] * 5 + [0.8] * 30 + [1.0] * 30:
        run.objectives[0].loss(run.scene, progress)
    levels = torch.tensor(prior.timesteps) / 999
    assert ((levels[:5] - 0.98).abs() < 1e-3).all()
    for late in (levels[5:35], levels[35:]):
        assert late.min() < 0.15
        assert 0.4 < late.max() < 0.501


class Constant:
    """A rule that always gives the same gradient."""

    label, calls = "constant", 0

    def __init__(self, value):
        self.value = value

    def gradient(self, asked):
        return torch.full_like(asked.z, self.value)


def test_views_alone_may_have_a_level_each(small_sds):
    """Four calls a step, at four levels, about one view each; still one call for a prior that needs them together."""
    own = small_sds.with_overrides({"score.level_per_view": True})
    for views, calls in ((1, 4), (4, 1)):
        prior = GaussianPrior(mean=0.6, std=0.5, resolution=4, views=views)
        run = small_run(own, prior)
        run.objectives[0].loss(run.scene, 0.0)
        assert prior.calls == calls
        assert len(set(prior.timesteps)) == calls
        assert run.planned_calls == own.steps * calls


PAPER = {
    "sds.weighting": "sigma2",
    "sds.guidance_weight": 100.0,
    "score.gradient_limit": 0.0,
    "score.high_level_end": 0.98,
    "score.cameras": "paper",
    "score.light": "point",
    "score.shade_at": "samples",
    "score.shaded_share": 0.75,
    "score.shaded_from": 0.0667,
    "score.textureless_share": 0.5,
    "score.ambient": 0.1,
    "score.opacity_weight": 1e-3,
    "score.orientation_weight_start": 1e-4,
    "score.orientation_weight_end": 1e-2,
    "regularize.slope_weight": 0.0,
    "regularize.bend_weight": 0.0,
}


def test_all_of_the_paper_s_choices_together_run(small_sds):
    preset = small_sds.with_steps(6).with_overrides(PAPER)
    prior = GaussianPrior(mean=0.6, std=0.1, resolution=8, views=1)
    run = small_run(preset, prior)
    assert all(math.isfinite(run.step(ignore)) for _ in range(run.steps))
    assert prior.calls == run.planned_calls == 6


def test_timesteps_are_annealed_from_high_to_low(small_sds):
    prior = GaussianPrior(mean=0.5, std=0.3, resolution=4)
    run = small_run(small_sds, prior)
    settings = small_sds.score
    for progress in (0.0, 0.5, 1.0):
        for _ in range(40):
            run.objectives[0].loss(run.scene, progress)
    early, middle, late = (torch.tensor(prior.timesteps[i : i + 40]) / 999 for i in (0, 40, 80))
    assert early.max() > middle.max() > late.max()
    for asked, high in ((early, settings.high_level_start), (late, settings.high_level_end)):
        assert settings.low_level - 0.001 <= asked.min()
        assert asked.max() <= high + 0.001
        assert asked.max() > 0.85 * high
