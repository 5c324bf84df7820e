"""Proposal rendering: a ball of known opacity, and proposals that learn to find it."""

import dataclasses
import math

import pytest
import torch
from analytic import CPU, BallField, assert_same_renders, assert_sums_of_samples, generator

from backend.cameras import Rays, ring
from backend.fields.grid import GridField, GridFieldSettings
from backend.rendering.proposal import ProposalRenderer, ProposalSettings

SETTINGS = ProposalSettings(proposal_samples=(32, 32), samples=16, width=32, learn_rays=256)
BALL = BallField(radius=0.3, density=40.0, centre=(0.2, -0.1, 0.1))


def make(seed=0, **changes):
    return ProposalRenderer(dataclasses.replace(SETTINGS, **changes), generator(seed), CPU)


def picture_rays(resolution=16):
    return ring(2, 0.4, 0.3, 0.75, 1.1, CPU).all_rays(resolution)


def taught(field, steps=70, seed=0):
    """A renderer whose proposals have looked at a field for a while."""
    renderer, draws = make(seed), generator(seed)
    optimizer = torch.optim.Adam(renderer.network.parameters(), lr=1e-2)
    losses = []
    for step in range(steps):
        renderer.prepare(field, step, step / steps)
        renderer(field, picture_rays(), draws)
        loss = renderer.loss()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    renderer.prepare(field, steps, 1.0)
    return renderer, losses


@pytest.fixture(scope="module")
def lesson():
    return taught(BALL)


@pytest.mark.parametrize("density", [0.5, 5.0])
def test_a_homogeneous_ball_is_as_opaque_as_its_chords_are_long(density):
    """With untaught, nearly even proposals: each end of a chord is off by at most an interval."""
    ball, rays, samples = BallField(radius=0.6, density=density), picture_rays(), 256
    exact = ball.opacity(rays)
    renderer = make(samples=samples)
    renderer.anneal = 0.0
    rendered = renderer(ball, rays, None).opacity
    assert ((rendered - exact).abs() <= (1 - exact) * math.expm1(2 * density * 2 / samples) + 1e-4).all()
    assert 0.2 < (exact > 0).float().mean() < 0.6


def test_jittered_samples_see_a_chord_of_the_right_length_on_average():
    ball, rays, draws = BallField(radius=0.61, density=2.0), picture_rays(8), generator()
    renderer = make()
    with torch.no_grad():
        depths = torch.stack([-torch.log1p(-renderer(ball, rays, draws).opacity) for _ in range(150)])
    exact = -torch.log1p(-ball.opacity(rays))
    torch.testing.assert_close(depths.mean(dim=0), exact, rtol=0.05, atol=0.05)


def test_proposals_learn_to_bound_what_is_seen(lesson):
    _, losses = lesson
    assert sum(losses[-10:]) < 0.25 * sum(losses[:10])


def test_taught_proposals_spend_the_samples_where_the_ball_is(lesson):
    """An untaught one spends them by the chord's share of the ray, at most a third."""
    renderer, _ = lesson
    hitting = BALL.opacity(picture_rays()) > 0.5
    shares = []
    for each in (make(), renderer):
        with torch.no_grad():
            samples = each(BALL, picture_rays(), None).samples
        near = (BALL.surface(samples.points) > -0.05).float()
        shares.append(near[hitting[samples.ray]].mean().item())
    assert shares[0] < 0.35
    assert shares[1] > 0.6


def test_taught_proposals_see_where_the_ball_begins_with_the_same_samples(lesson):
    """Half of the light is lost 1/40 m behind the entry."""
    renderer, _ = lesson
    rays = picture_rays()
    exact = BALL.opacity(rays)
    behind = ((rays.origins - BALL.centre) * rays.directions).sum(dim=-1)
    entry = (
        -behind - (behind**2 - (rays.origins - BALL.centre).square().sum(dim=-1) + BALL.radius**2).clamp(min=0).sqrt()
    )
    middle = exact > 0.999
    errors = []
    for each in (make(), renderer):
        with torch.no_grad():
            seen = each(BALL, rays, None)
        errors.append((seen.depth - entry - 1 / 40)[middle].abs().mean().item())
    assert errors[1] < 0.6 * errors[0]
    assert errors[1] < 0.02
    assert (seen.opacity - exact).abs().mean() < 0.01


def test_the_weights_learn_nothing_from_the_proposals_loss():
    """And the proposals nothing from the picture."""
    renderer, field = make(), GridField(GridFieldSettings(), generator())
    rendered = renderer(field, picture_rays(), generator())
    (rendered.opacity.sum() + rendered.albedo.sum()).backward()
    assert all(each.grad is None for each in renderer.network.parameters())
    for each in field.parameters():
        each.grad = None
    renderer(field, picture_rays(), generator())
    renderer.loss().backward()
    assert all(each.grad is None for each in field.parameters())
    assert all(each.grad is not None for each in renderer.network.parameters())


def test_the_loss_is_of_the_rays_since_it_was_last_asked_for():
    renderer = make()
    assert renderer.loss().item() == 0
    renderer(BALL, picture_rays(), None)
    once = renderer.loss().item()
    assert once > 0
    assert renderer.loss().item() == 0
    for _ in range(2):
        renderer(BALL, picture_rays(), None)
    assert renderer.loss().item() == pytest.approx(once)
    with torch.no_grad():
        renderer(BALL, picture_rays(), None)
    assert renderer.loss().item() == 0


def test_a_distortion_loss_reaches_the_field():
    field = GridField(GridFieldSettings(), generator())
    renderer = make(distortion_weight=0.01, interlevel_weight=0.0)
    renderer(field, picture_rays(), generator())
    renderer.loss().backward()
    assert all(each.grad is not None and each.grad.abs().max() > 0 for each in field.feature_parameters())


def test_rays_are_the_sums_of_their_samples_in_any_chunks():
    rays, field = picture_rays(), BallField(density=3.0)
    whole, parts = make()(field, rays, None), make(chunk_rays=50)(field, rays, None)
    assert_sums_of_samples(whole)
    assert_same_renders(whole, parts)
    torch.testing.assert_close(whole.albedo, whole.opacity[:, None] * field.colour)


def test_everything_is_read_inside_the_unit_ball_and_in_front_of_the_camera():
    """Also from a camera within it."""
    origins = torch.tensor([[0.0, -0.5, 0.0], [0.0, -3.0, 0.2], [0.0, -3.0, 1.5]])
    rays = Rays(origins, torch.tensor([[0.0, 1.0, 0.0]]).expand(3, 3))
    samples = make()(BALL, rays, generator()).samples
    assert samples.ray.unique().tolist() == [0, 1]
    assert samples.points.norm(dim=-1).max() <= 1 + 1e-5
    assert samples.points[samples.ray == 0][:, 1].min() >= -0.5


@pytest.mark.parametrize("draws", [None, generator()])
def test_rays_that_all_miss_the_ball_see_nothing(draws):
    renderer = make()
    rays = Rays(torch.tensor([[0.0, -3.0, 1.5]]), torch.tensor([[0.0, 1.0, 0.0]]))
    seen = renderer(GridField(GridFieldSettings(), generator()), rays, draws)
    assert seen.opacity.tolist() == [0]
    assert seen.albedo.tolist() == [[0, 0, 0]]
    assert renderer.loss().item() == 0


def test_surface_points_lie_where_the_last_picture_was_read(lesson):
    renderer, _ = lesson
    fresh = make().surface_points(2000, generator())
    assert fresh.norm(dim=-1).max() <= 1
    assert fresh.norm(dim=-1).pow(3).mean().item() == pytest.approx(0.5, abs=0.03)  # evenly over the ball
    renderer(BALL, picture_rays(), generator())
    near = [
        (BALL.surface(each).abs() < 0.15).float().mean().item()
        for each in (fresh, renderer.surface_points(2000, generator()))
    ]
    assert near[1] > 4 * near[0]


def test_trust_in_the_proposals_grows():
    renderer, grown = make(), []
    for progress in (0.0, 0.1, 0.5, 1.0):
        renderer.prepare(BALL, 0, progress)
        grown.append(renderer.anneal)
    assert grown == pytest.approx([0, 10 / 19, 10 / 11, 1])


def test_a_state_brings_the_proposals_back(lesson):
    renderer, _ = lesson
    other = make(seed=7)
    other.load_state_dict(renderer.state_dict())
    other.prepare(BALL, 0, 1.0)
    for one, two in zip(renderer(BALL, picture_rays(), None)[:4], other(BALL, picture_rays(), None)[:4], strict=True):
        assert torch.equal(one, two)
