"""Maps as means and details of patches."""

import torch
from analytic import generator
from torch.testing import assert_close

from backend.priors.wavelets import DETAIL_DEVIATION, DETAIL_GAIN, from_wavelets, guessed_velocity, to_wavelets


def test_there_and_back():
    maps = torch.randn(2, 7, 8, 6, generator=generator())
    assert to_wavelets(maps).shape == (2, 28, 4, 3)
    assert_close(from_wavelets(to_wavelets(maps)), maps)


def test_means_come_first_and_details_say_where_in_a_patch_it_is_brighter():
    maps = torch.randn(1, 3, 8, 8, generator=generator())
    assert_close(to_wavelets(maps)[:, :3], torch.nn.functional.avg_pool2d(maps, 2))
    for pattern, detail in (([[1, -1], [1, -1]], 1), ([[1, 1], [-1, -1]], 2), ([[1, -1], [-1, 1]], 3)):
        wavelets = to_wavelets(torch.tensor(pattern).float().view(1, 1, 2, 2)).flatten()
        meant = torch.zeros(4)
        meant[detail] = DETAIL_GAIN
        assert_close(wavelets, meant)


def test_a_guess_is_the_best_there_is_about_gaussian_details():
    """Its error is a Gaussian's posterior deviation, no multiple of it does better, and means are left alone."""
    alpha, sigma = torch.tensor(0.8), torch.tensor(0.6)
    clean = DETAIL_DEVIATION * torch.randn(1, 4, 300, 300, generator=generator())
    noisy = alpha * clean + sigma * torch.randn(clean.shape, generator=generator(1))
    guess = guessed_velocity(noisy, alpha, sigma)
    assert not guess[:, 0].any()

    def error(share: float) -> float:
        return ((alpha * noisy - sigma * share * guess) - clean)[:, 1:].square().mean().sqrt().item()

    posterior = DETAIL_DEVIATION * sigma / (alpha**2 * DETAIL_DEVIATION**2 + sigma**2).sqrt()
    assert abs(error(1.0) / posterior.item() - 1) < 0.01
    assert error(1.0) < min(error(0.95), error(1.05))
