"""Score distillation against a prior whose score is known exactly."""

import dataclasses
import math

import pytest
import torch
from analytic import CPU, GaussianPrior, MixturePrior, generator
from test_guidance import query

from backend.cameras import ring
from backend.distillation.sds import SDS, SDSSettings

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
