"""Levels, targets and weights of the training."""

import pytest
import torch
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler

from backend.priors.loading.schedulers import read_schedule
from toybox.training.noise import Noise, scheduler_config
from toybox.training.settings import NoiseSettings

CPU = torch.device("cpu")


@pytest.mark.parametrize("zero_terminal", [False, True])
def test_the_backend_reads_the_levels_that_were_trained(zero_terminal):
    settings = NoiseSettings(zero_terminal=zero_terminal)
    ours, read = Noise(settings, CPU).schedule, read_schedule(scheduler_config(settings), CPU)
    torch.testing.assert_close(ours.alphas, read.alphas, rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(ours.sigmas, read.sigmas, rtol=1e-4, atol=1e-6)
    DDPMScheduler.from_config(scheduler_config(settings))


@pytest.mark.parametrize("prediction", ["v_prediction", "epsilon"])
def test_the_wanted_answer_means_the_clean_picture(prediction):
    """Also where the noisy picture was made from another one."""
    noise = Noise(NoiseSettings(prediction=prediction), CPU)
    generator = torch.Generator().manual_seed(0)
    clean, other, added = torch.rand(3, 5, 3, 4, 4, generator=generator)
    timesteps = torch.tensor([10, 300, 600, 900, 980])
    alpha, sigma = noise.at(timesteps)
    noisy = alpha * other + sigma * added
    back = noise.clean(noisy, noise.target(noisy, clean, timesteps), timesteps)
    torch.testing.assert_close(back, clean, rtol=1e-3, atol=1e-3)
    if prediction == "v_prediction":
        noisy = alpha * clean + sigma * added
        torch.testing.assert_close(
            noise.target(noisy, clean, timesteps), alpha * added - sigma * clean, rtol=1e-3, atol=1e-4
        )


def test_both_predictions_weigh_an_error_in_the_picture_alike():
    timesteps = torch.tensor([50, 400, 800])
    pictures = []
    for prediction in ("v_prediction", "epsilon"):
        noise = Noise(NoiseSettings(prediction=prediction), CPU)
        zeros = torch.zeros(3, 1, 1, 1)
        off = noise.target(zeros, zeros + 0.1, timesteps) - noise.target(zeros, zeros, timesteps)
        pictures.append(off.flatten() ** 2 * noise.weight(timesteps))
    torch.testing.assert_close(*pictures, rtol=1e-3, atol=0)


def test_a_shift_brings_more_noise():
    """With s = 3, u' > 3/4 if u > 1/2."""
    drawn = Noise(NoiseSettings(shift=3.0), CPU).timesteps(20_000, torch.Generator().manual_seed(0))
    assert (drawn >= 750).float().mean().item() == pytest.approx(0.5, abs=0.02)
    flat = Noise(NoiseSettings(shift=1.0), CPU).timesteps(20_000, torch.Generator().manual_seed(0))
    assert (flat >= 750).float().mean().item() == pytest.approx(0.25, abs=0.02)
    assert drawn.max() < 1000
