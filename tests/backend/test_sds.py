"""Score distillation against a prior whose score is known exactly."""

import dataclasses
import math

import pytest
import torch
from analytic import CPU, GaussianPrior, MixturePrior, generator, ignore, small_run
from test_guidance import query

from backend.cameras import ring
from backend.distillation.sds import SDS, SDSSettings
from backend.presets import load_preset

PLAIN = SDSSettings(guidance_weight=0.0, weighting="uniform", contrast_rescale=0.0)


def latents(*values):
    return torch.tensor(values).view(-1, 1, 1, 1).expand(-1, 3, 16, 16)


@pytest.mark.parametrize("timestep", [100, 500, 900])
@pytest.mark.parametrize("weighting", ["uniform", "sigma2", "clean"])
def test_sds_pulls_a_gaussian_to_its_mean(timestep, weighting):
    """For data N(m, s²): E[w (ε̂ - ε)] = w σ α (z - m) / (α² s² + σ²), m being 0.2 in latents here."""
    prior = GaussianPrior(mean=0.6, std=0.5)
    z = latents(-1.0, 0.2, 1.0)
    rule = SDS(dataclasses.replace(PLAIN, weighting=weighting))
    asked = query(prior, z, timestep)
    gradient = torch.stack([rule.gradient(asked) for _ in range(40)]).mean(dim=(0, 2, 3, 4))
    alpha, sigma = prior.schedule.alphas[timestep].item(), prior.schedule.sigmas[timestep].item()
    weight = {"uniform": 1.0, "sigma2": sigma**2, "clean": sigma / alpha}[weighting]
    pull = weight * sigma * alpha / (alpha**2 * 0.5**2 + sigma**2)
    expected = pull * (z[:, 0, 0, 0] - 0.2)
    # 30,000 draws a view: their mean is off by less than 5 standard errors.
    noise = weight * abs(sigma**2 / (alpha**2 * 0.25 + sigma**2) - 1)
    torch.testing.assert_close(gradient, expected, rtol=1e-3, atol=5 * noise / math.sqrt(40 * 768) + 1e-5)


def test_weight_of_the_clean_picture_makes_the_loss_a_squared_distance_to_it():
    """(σ / α) (ε̂ - ε) = z - x̂ (z_t is the same on both sides)."""
    prior = GaussianPrior(mean=0.3, std=0.2)
    z = torch.rand(4, 3, 16, 16, generator=generator()) * 2 - 1
    gradient = SDS(dataclasses.replace(PLAIN, weighting="clean")).gradient(query(prior, z, 300, generator(4)))
    asked = query(prior, z, 300, generator(4))
    noise = asked.noise()
    noisy = prior.schedule.add_noise(z, noise, 300)
    clean = prior.schedule.clean_from_noise(noisy, asked.guided_noise(noise, 0.0), 300)
    torch.testing.assert_close(gradient, z - clean, rtol=0, atol=1e-5)


def test_guidance_pulls_beyond_the_mean():
    """With w the pull is towards m + w (m - m∅)."""
    prior = GaussianPrior(mean=0.6, std=0.3, empty_mean=0.5)
    z = latents(0.6)  # latent mean 0.2, empty 0.0, w = 2: the target is 0.6
    rule = SDS(dataclasses.replace(PLAIN, guidance_weight=2.0))
    gradient = torch.stack([rule.gradient(query(prior, z, 500, generator(i))) for i in range(40)])
    assert gradient.mean().item() == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(("timestep", "weight"), [(150, 0.0), (500, 0.0), (500, 3.0), (600, 100.0)])
def test_the_expected_gradient_is_the_slope_of_the_expected_surprise(timestep, weight):
    """E[ε̂ - ε] = (σ / α) ∇_z E[-log p_t(α z + σ ε)], here of two modes at ±0.8, by numerical integration over ε.

    With guidance it is (1 + w) times the prompt's slope less w times that of N(0, s²), which is z in closed form; and
    all of it times w(t) = σ², the paper's. (DreamFusion eq. 2-4 and appendix.)
    """
    prior = MixturePrior((-0.8, 0.8), std=0.15)
    z = torch.tensor([-1.2, -0.8, -0.3, 0.0, 0.5, 0.9]).view(-1, 1, 1, 1).expand(-1, 1, 100, 100)
    asked = query(prior, z, timestep, condition=prior.condition("", "", ring(6, 0, 0.2, 0.75, 1.1, CPU)))
    rule = SDS(SDSSettings(guidance_weight=weight, weighting="sigma2", contrast_rescale=0.0))
    gradients = torch.stack([rule.gradient(asked) for _ in range(4)]).transpose(0, 1).flatten(1).double()

    alpha, sigma = prior.schedule.alphas[timestep].double(), prior.schedule.sigmas[timestep].double()
    place = z[:, 0, 0, 0].double().clone().requires_grad_()
    noise = torch.linspace(-6, 6, 2001, dtype=torch.double)
    density = torch.softmax(-(noise**2) / 2, dim=0)
    surprise = (prior.surprise(alpha * place[:, None] + sigma * noise, timestep) * density).sum()
    (slope,) = torch.autograd.grad(surprise, place)
    empty = alpha * sigma * place.detach() / (alpha**2 * 0.15**2 + sigma**2)
    expected = sigma**2 * ((1 + weight) * sigma / alpha * slope - weight * empty)
    error = gradients.std(dim=1) / math.sqrt(40_000)
    assert ((gradients.mean(dim=1) - expected).abs() < 5 * error + 1e-3 * expected.abs()).all()
    assert (expected.abs() > 20 * error).sum() >= 3  # so that the comparison says something


def test_the_middle_between_two_modes_is_left_at_low_levels_for_the_nearer_one():
    """What makes the rule seek modes: the pull at the middle turns with the noise level, from inwards to outwards."""
    prior = MixturePrior((-0.8, 0.8), std=0.15)
    z = torch.full((1, 1, 200, 200), 0.3)
    pulls = []
    for timestep in (850, 150):
        asked = query(prior, z, timestep, condition=prior.condition("", "", ring(1, 0, 0.2, 0.75, 1.1, CPU)))
        pulls.append(SDS(PLAIN).gradient(asked).mean().item())
    assert pulls[0] > 0 > pulls[1]


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
