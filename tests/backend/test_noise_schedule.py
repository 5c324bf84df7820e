"""The forward process and its identities."""

import pytest
import torch
from analytic import cosine_schedule, generator

SCHEDULE = cosine_schedule()
STEPS = [0, 20, 500, 900, 998]


def pair():
    return torch.randn(2, 4, 3, 8, 8, generator=generator(), dtype=torch.float64).unbind()


def test_it_preserves_variance_and_drowns_the_signal_step_by_step():
    torch.testing.assert_close(SCHEDULE.alphas**2 + SCHEDULE.sigmas**2, torch.ones(1000))
    assert (SCHEDULE.alphas.diff() < 0).all()
    assert (SCHEDULE.sigmas.diff() > 0).all()


@pytest.mark.parametrize("timestep", STEPS)
def test_noise_and_clean_picture_are_two_readings_of_the_same(timestep):
    clean, noise = pair()
    noisy = SCHEDULE.add_noise(clean, noise, timestep)
    loose = {"rtol": 0, "atol": 1e-6}
    torch.testing.assert_close(SCHEDULE.clean_from_noise(noisy, noise, timestep), clean, **loose)
    torch.testing.assert_close(SCHEDULE.noise_from_clean(noisy, clean, timestep), noise, **loose)


@pytest.mark.parametrize("timestep", STEPS)
def test_velocity_is_a_third(timestep):
    """v = α ε - σ x (Salimans & Ho 2022)."""
    clean, noise = pair()
    noisy = SCHEDULE.add_noise(clean, noise, timestep)
    velocity = SCHEDULE.alphas[timestep] * noise - SCHEDULE.sigmas[timestep] * clean
    torch.testing.assert_close(SCHEDULE.noise_from_velocity(noisy, velocity, timestep), noise, rtol=0, atol=1e-5)


def test_noise_levels_are_fractions_of_the_schedule():
    assert len(SCHEDULE) == 1000
    assert [SCHEDULE.timestep(level) for level in (0.0, 0.5, 1.0)] == [0, 500, 999]
    assert [SCHEDULE.timestep(level) for level in (-0.1, 1.5)] == [0, 999]
