"""Noise, velocity of a variance-preserving process, and velocity of a straight flow: three readings of one model."""

import pytest
import torch
from analytic import GaussianPrior, generator
from test_guidance import query

from backend.distillation.sds import SDS, SDSSettings
from backend.priors.base import NoiseSchedule

TIMES = torch.arange(1, 1000, dtype=torch.float64) / 1000
SCHEDULE = NoiseSchedule.rectified_flow(TIMES)
STEPS = [0, 300, 700, 998]
MEAN, STD = 0.2, 0.4


def pair():
    return torch.randn(2, 4, 3, 8, 8, generator=generator(), dtype=torch.float64).unbind()


@pytest.mark.parametrize("timestep", STEPS)
def test_velocity_noise_and_picture_are_readings_of_the_same(timestep):
    clean, noise = pair()
    s = TIMES[timestep]
    noisy = SCHEDULE.add_noise(clean, noise, timestep)
    torch.testing.assert_close(noisy, (1 - s) * clean + s * noise)
    torch.testing.assert_close(SCHEDULE.noise_from_flow(noisy, noise - clean, timestep), noise)
    torch.testing.assert_close(SCHEDULE.clean_from_noise(noisy, noise, timestep), clean)
    torch.testing.assert_close(SCHEDULE.noise_from_clean(noisy, clean, timestep), noise)


@pytest.mark.parametrize("times", [[0.0, 0.5], [0.5, 1.0], [-0.1, 0.5]])
def test_the_ends_are_refused(times):
    with pytest.raises(ValueError, match="short of 0 and 1"):
        NoiseSchedule.rectified_flow(torch.tensor(times))


def gaussian(schedule):
    """The prior of data N(0.2, 0.4²) whose every answer is exact, under a schedule."""
    prior = GaussianPrior(mean=0.6, std=STD)
    prior.schedule = schedule
    return prior


def matched(timestep):
    """A variance-preserving schedule of one step with the same ratio of noise to signal as the flow has."""
    alpha, sigma = SCHEDULE.alphas[timestep], SCHEDULE.sigmas[timestep]
    return NoiseSchedule.variance_preserving((alpha**2 / (alpha**2 + sigma**2)).view(1))


@pytest.mark.parametrize("timestep", STEPS)
def test_three_models_of_one_gaussian_agree_on_the_noise(timestep):
    """Each predicts the mean of what it was trained on; for data N(m, s²) all three means are known.

    x̂ = m + α s² / (α² s² + σ²) (z - α m) is the mean of the picture; of noise, v = α ε - σ x and ε - x by linearity.
    """
    flow, plain = gaussian(SCHEDULE), gaussian(matched(timestep))
    clean, noise = pair()
    answers = {}
    for name, prior, step in (("flow", flow, timestep), ("v", plain, 0), ("epsilon", plain, 0)):
        alpha, sigma = prior.schedule.alphas[step], prior.schedule.sigmas[step]
        noisy = prior.schedule.add_noise(clean, noise, step)
        gain = STD**2 / (alpha**2 * STD**2 + sigma**2)
        picture = MEAN + alpha * gain * (noisy - alpha * MEAN)
        exact = sigma * gain / STD**2 * (noisy - alpha * MEAN)
        if name == "flow":
            answers[name] = prior.schedule.noise_from_flow(noisy, exact - picture, step)
        elif name == "v":
            answers[name] = prior.schedule.noise_from_velocity(noisy, alpha * exact - sigma * picture, step)
        else:
            answers[name] = prior.exact_noise(noisy, step, torch.tensor(MEAN))
    torch.testing.assert_close(answers["flow"], answers["epsilon"])
    torch.testing.assert_close(answers["v"], answers["epsilon"])


@pytest.mark.parametrize("timestep", STEPS)
def test_sds_is_the_distance_of_velocities(timestep):
    """ε̂ - ε = (1 - s) (v̂ - (ε - x)), v̂ being the exact velocity ε̂ - x̂ (RFDS, 2406.03293)."""
    prior = gaussian(SCHEDULE)
    z = torch.rand(4, 3, 16, 16, generator=generator(), dtype=torch.float64) * 2 - 1
    rule = SDS(SDSSettings(guidance_weight=0.0, weighting="uniform", contrast_rescale=0.0))
    gradient = rule.gradient(query(prior, z, timestep, generator(4)))
    noise = query(prior, z, timestep, generator(4)).noise()
    noisy = prior.schedule.add_noise(z, noise, timestep)
    predicted = prior.exact_noise(noisy, timestep, torch.tensor(MEAN))
    velocity = predicted - prior.schedule.clean_from_noise(noisy, predicted, timestep)
    torch.testing.assert_close(gradient, (1 - TIMES[timestep]) * (velocity - (noise - z)), rtol=0, atol=1e-6)
