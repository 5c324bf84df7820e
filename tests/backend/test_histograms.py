"""Histograms along rays against slow, direct computations and against what they stand for."""

import pytest
import torch
from analytic import generator
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.rendering.histograms import (
    dilated,
    distortion_loss,
    interlevel_loss,
    range_max,
    resampled,
    upper_bound,
)


def histogram(rays=5, samples=8, seed=0, low=0.1, high=0.9):
    """Random edges and weights that sum to at most 1."""
    draws = generator(seed)
    edges = (low + (high - low) * torch.rand(rays, samples + 1, generator=draws)).sort(dim=-1).values
    weights = torch.rand(rays, samples, generator=draws)
    return edges, weights / weights.sum(dim=-1, keepdim=True) * torch.rand(rays, 1, generator=draws)


def direct_bound(edges, other_edges, other_weights):
    """Interval by interval."""
    bound = torch.zeros(len(edges), edges.shape[1] - 1)
    for ray in range(len(edges)):
        for i in range(bound.shape[1]):
            for j in range(other_weights.shape[1]):
                if other_edges[ray, j] < edges[ray, i + 1] and other_edges[ray, j + 1] > edges[ray, i]:
                    bound[ray, i] += other_weights[ray, j]
    return bound


@pytest.mark.parametrize("seed", range(5))
def test_the_bound_is_the_weight_of_all_that_overlaps(seed):
    edges, _ = histogram(samples=6, seed=seed, low=0.0, high=1.0)
    other = histogram(samples=9, seed=seed + 50)
    torch.testing.assert_close(upper_bound(edges, *other), direct_bound(edges, *other))


def test_intervals_that_only_touch_do_not_overlap():
    edges = torch.tensor([[0.0, 0.25, 0.5, 1.0]])
    bound = upper_bound(edges, torch.tensor([[0.0, 0.25, 0.5, 1.0]]), torch.tensor([[0.1, 0.2, 0.3]]))
    torch.testing.assert_close(bound, torch.tensor([[0.1, 0.2, 0.3]]))


@pytest.mark.parametrize("seed", range(5))
def test_the_interlevel_loss_is_the_direct_sum(seed):
    edges, weights = histogram(samples=6, seed=seed)
    other = histogram(samples=9, seed=seed + 50)
    excess = (weights - direct_bound(edges, *other)).clamp(min=0)
    expected = (excess**2 / (weights + 1e-7)).sum() / len(edges)
    torch.testing.assert_close(interlevel_loss(edges, weights, *other), expected)


def test_a_proposal_that_bounds_what_was_seen_costs_nothing():
    """The same histogram on coarser intervals, and anything above it."""
    edges, weights = histogram(samples=8)
    coarse, merged = edges[:, ::2].contiguous(), weights[:, ::2] + weights[:, 1::2]
    assert interlevel_loss(edges, weights, coarse, merged).item() == pytest.approx(0, abs=1e-9)
    assert interlevel_loss(edges, weights, edges, 1.5 * weights).item() == pytest.approx(0, abs=1e-9)


def test_a_proposal_that_looks_elsewhere_costs_and_learns_to_look_here():
    edges = torch.tensor([[0.0, 0.5, 1.0]])
    weights = torch.tensor([[0.0, 1.0]])
    proposed = torch.tensor([[0.8, 0.1]], requires_grad=True)
    loss = interlevel_loss(edges, weights, edges, proposed)
    assert loss.item() == pytest.approx(0.9**2, rel=1e-4)
    loss.backward()
    assert proposed.grad is not None
    assert proposed.grad[0, 0] == 0
    assert proposed.grad[0, 1] < -1


@pytest.mark.parametrize("anneal", [0.0, 0.5, 1.0])
def test_many_samples_lie_as_densely_as_the_annealed_weights_say(anneal):
    """Shares of 2 000 samples a ray in each interval, against weights^anneal: a histogram of the drawn places."""
    edges, weights = histogram(rays=3, samples=6)
    drawn = resampled(edges, weights, 2000, anneal, torch.rand(3, 1, generator=generator()))
    middles = (drawn[:, 1:] + drawn[:, :-1]) / 2
    expected = weights**anneal
    expected = expected / expected.sum(dim=-1, keepdim=True)
    for ray in range(3):
        counts = torch.histogram(middles[ray], edges[ray]).hist / 2000
        torch.testing.assert_close(counts, expected[ray], rtol=0, atol=3e-3)


def test_offsets_move_all_samples_of_a_ray_through_their_strata():
    """On an even histogram the samples are (i + offset) / count, and edges lie half between them."""
    edges = torch.linspace(0, 1, 5)[None].expand(2, -1).contiguous()
    drawn = resampled(edges, torch.ones(2, 4) / 4, 4, 1.0, torch.tensor([[0.5], [0.75]]))
    expected = torch.tensor([[0.0, 0.25, 0.5, 0.75, 1.0], [0.0625, 0.3125, 0.5625, 0.8125, 1.0]])
    torch.testing.assert_close(drawn, expected)


def test_an_empty_ray_is_sampled_evenly_and_an_empty_interval_never():
    edges = torch.tensor([[0.0, 0.5, 0.5, 1.0]])
    drawn = resampled(edges, torch.zeros(1, 3), 10, 1.0, torch.tensor([[0.5]]))
    torch.testing.assert_close(drawn, torch.linspace(0, 1, 11)[None])


@given(sizes=st.lists(st.integers(0, 30), min_size=2, max_size=2), seed=st.integers(0, 1000), size=st.integers(1, 31))
@settings(max_examples=100, deadline=None)
def test_the_largest_in_a_range_is_found(sizes, seed, size):
    values = torch.rand(1, size, generator=generator(seed))
    first = min(sizes[0], size - 1)
    after = min(first + 1 + sizes[1], size)
    found = range_max(values, torch.tensor([[first]]), torch.tensor([[after]]))
    assert found.item() == values[0, first:after].max().item()


@pytest.mark.parametrize("reach", [0.003, 0.05, 0.3])
def test_dilation_takes_the_largest_density_within_reach(reach):
    """At random places, against a look at every interval."""
    edges, weights = histogram(rays=3, samples=7)
    wide, mass = dilated(edges, weights, reach)
    assert (wide.diff(dim=-1) >= 0).all()
    torch.testing.assert_close(mass.sum(dim=-1), torch.ones(3))
    density = weights / edges.diff(dim=-1)
    places = 0.1 + 0.8 * torch.rand(200, generator=generator(3))
    for ray in range(3):
        grown = (mass[ray] / wide[ray].diff().clamp(min=1e-12))[torch.searchsorted(wide[ray], places).clamp(1, 21) - 1]
        near = (edges[ray, :-1, None] - reach <= places) & (places < edges[ray, 1:, None] + reach)
        largest = torch.where(near, density[ray, :, None], 0.0).max(dim=0).values
        inside = (places > wide[ray, 0]) & (places < wide[ray, -1])
        scale = (largest[inside] / grown[inside]).median()
        torch.testing.assert_close(grown[inside] * scale, largest[inside], rtol=1e-2, atol=1e-4)


def test_the_distortion_loss_is_the_direct_double_sum():
    edges, weights = histogram(samples=9)
    middle = (edges[:, 1:] + edges[:, :-1]) / 2
    pairs = weights[:, :, None] * weights[:, None] * (middle[:, :, None] - middle[:, None]).abs()
    expected = (pairs.sum(dim=(1, 2)) + (weights**2 * edges.diff(dim=-1)).sum(dim=-1) / 3).mean()
    torch.testing.assert_close(distortion_loss(edges, weights), expected)


def test_one_thin_lump_is_the_least_distorted():
    edges = torch.linspace(0, 1, 11)[None]
    lump, spread = torch.zeros(1, 10), torch.full((1, 10), 0.1)
    lump[0, 4] = 1
    assert distortion_loss(edges, lump) < 0.2 * distortion_loss(edges, spread)
