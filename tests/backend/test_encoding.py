"""Integrated positional encoding: the expectation of waves under a Gaussian, known in closed form and by sampling."""

import math

import pytest
import torch
from analytic import generator
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.fields.encoding import integrated_encoding

COORDINATES = st.lists(st.floats(-1.5, 1.5, width=32), min_size=3, max_size=3)


@pytest.mark.parametrize("variance", [2e-3, 5e-2, 0.4])
def test_it_is_the_mean_of_the_plain_encoding_over_the_gaussian(variance):
    """Against 400 000 draws: the standard error of a mean of values in -1 … 1 is below 1/632."""
    mean = torch.tensor([[0.3, -0.8, 0.1]], dtype=torch.float64)
    draws = torch.randn(400_000, 3, generator=generator(), dtype=torch.float64)
    sampled = integrated_encoding(mean + math.sqrt(variance) * draws, 0.0, 6).mean(dim=0, keepdim=True)
    torch.testing.assert_close(integrated_encoding(mean, variance, 6), sampled, rtol=0, atol=5 / 632)


@given(point=COORDINATES, frequencies=st.integers(1, 10))
@settings(max_examples=50, deadline=None)
def test_a_point_is_encoded_as_plain_waves(point, frequencies):
    encoded = integrated_encoding(torch.tensor([point], dtype=torch.float64), 0.0, frequencies)
    phases = [2**level * x for level in range(frequencies) for x in point]
    expected = [math.sin(phase) for phase in phases] + [math.cos(phase) for phase in phases]
    torch.testing.assert_close(encoded, torch.tensor([expected], dtype=torch.float64))


@given(point=COORDINATES, variance=st.floats(0, 2), more=st.floats(0, 2))
@settings(max_examples=50, deadline=None)
def test_a_wider_gaussian_dampens_every_wave(point, variance, more):
    mean = torch.tensor([point], dtype=torch.float64)
    narrow, wide = (integrated_encoding(mean, each, 8) for each in (variance, variance + more))
    assert (wide.abs() <= narrow.abs() + 1e-12).all()
    assert (narrow.abs() <= 1).all()


@given(point=COORDINATES, variance=st.floats(0, 2))
@settings(max_examples=50, deadline=None)
def test_sine_and_cosine_of_a_wave_share_their_damping(point, variance):
    """sin² + cos² = exp(-4^l λ), whatever the point."""
    encoded = integrated_encoding(torch.tensor([point], dtype=torch.float64), variance, 8)
    sine, cosine = encoded.view(2, 8, 3)
    expected = torch.exp(-variance * 4.0 ** torch.arange(8, dtype=torch.float64))
    torch.testing.assert_close(sine**2 + cosine**2, expected[:, None].expand(8, 3))


def test_the_paper_s_last_covariance_leaves_six_of_eight_octaves():
    """λ = 2e-3: waves of up to 2^5 rad/m keep a third of their height, the last one nearly nothing."""
    height = integrated_encoding(torch.zeros(1, 3), 2e-3, 8).view(2, 8, 3)[1, :, 0]
    assert height[5] > 0.3
    assert height[7] < 1e-6
