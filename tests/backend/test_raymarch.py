"""Volume rendering against closed forms: a homogeneous ball lets exp(-S · chord) of the light through."""

import math

import pytest
import torch
from analytic import CPU, BallField, assert_same_renders, assert_sums_of_samples, generator

from backend.cameras import Rays, ring
from backend.rendering.raymarch import RayMarcher, RenderSettings
from backend.rendering.rays import intersect_ball, render_weights

SAMPLES = 256


def picture_rays(resolution: int = 24) -> Rays:
    return ring(2, 0.4, 0.3, 0.75, 1.1, CPU).all_rays(resolution)


def axis_ray(offset: float = 0.0) -> Rays:
    """From the front, along Y, `offset` beside the origin."""
    return Rays(torch.tensor([[offset, -2.0, 0.0]]), torch.tensor([[0.0, 1.0, 0.0]]))


def render(field, rays, samples=SAMPLES, draws=None, chunk=65536):
    return RayMarcher(RenderSettings(samples=samples, chunk_rays=chunk), CPU)(field, rays, draws)


def test_weights_sum_to_one_minus_what_the_whole_ray_lets_through():
    draws = generator()
    density = 30 * torch.rand(100, 40, generator=draws)
    deltas = 0.05 * torch.rand(100, 40, generator=draws)
    weights = render_weights(density, deltas)
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(dim=-1), 1 - torch.exp(-(density * deltas).sum(dim=-1)))


def test_a_wall_hides_what_is_behind_it():
    density = torch.tensor([[0.0, 1e4, 1e4, 5.0]])
    assert render_weights(density, torch.full((1, 4), 0.1)).tolist() == [[0, 1, 0, 0]]


def test_two_thin_samples_by_hand():
    """The second gets its own share of what the first let through."""
    weights = render_weights(torch.tensor([[math.log(2), math.log(4)]]), torch.ones(1, 2))
    torch.testing.assert_close(weights, torch.tensor([[0.5, 0.5 * 0.75]]))


@pytest.mark.parametrize("offset", [0.0, 0.3, 0.9])
def test_rays_meet_the_ball_where_pythagoras_says(offset):
    near, far = intersect_ball(axis_ray(offset))
    half = math.sqrt(1 - offset**2)
    assert (near.item(), far.item()) == pytest.approx((2 - half, 2 + half))


def test_rays_see_nothing_of_what_lies_behind_them():
    """From inside the ball, and with all of it behind: cameras may stand nearer than the ball's rim."""
    forwards = torch.tensor([[0.0, 1.0, 0.0]])
    near, far = intersect_ball(Rays(torch.tensor([[0.0, -0.8, 0.0]]), forwards))
    assert (near.item(), far.item()) == pytest.approx((0, 1.8))
    near, far = intersect_ball(Rays(torch.tensor([[0.0, 2.0, 0.0]]), forwards))
    assert near.item() == far.item() == 0
    ball = BallField(radius=0.5, density=3.0)
    inside = render(ball, Rays(torch.zeros(1, 3), forwards), 1000)
    assert inside.opacity.item() == pytest.approx(1 - math.exp(-3 * 0.5), rel=0.01)


def test_rays_that_miss_the_ball_have_no_chord():
    near, far = intersect_ball(axis_ray(1.2))
    assert near.item() == far.item()
    rendered = render(BallField(radius=1.0), axis_ray(1.2))
    assert rendered.opacity.item() == 0
    assert rendered.albedo.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("density", [0.5, 5.0, 60.0])
def test_a_homogeneous_ball_is_as_opaque_as_its_chords_are_long(density):
    """Each of the two ends of a chord is off by at most half a step."""
    ball, rays = BallField(radius=0.6, density=density), picture_rays()
    exact = ball.opacity(rays)
    rendered = render(ball, rays).opacity
    step = 2 / SAMPLES
    assert ((rendered - exact).abs() <= (1 - exact) * math.expm1(density * step) + 1e-5).all()
    inside = exact > 0
    assert 0.2 < inside.float().mean() < 0.6  # both kinds of rays are there


def test_jittered_samples_see_a_chord_of_the_right_length_on_average():
    ball, rays = BallField(radius=0.61, density=2.0), picture_rays(8)
    draws = generator()
    depths = torch.stack([-torch.log1p(-render(ball, rays, 16, draws).opacity) for _ in range(400)])
    exact = -torch.log1p(-ball.opacity(rays))
    torch.testing.assert_close(depths.mean(dim=0), exact, rtol=0.02, atol=0.02)


def test_albedo_is_premultiplied_by_opacity():
    ball = BallField(density=3.0)
    rendered = render(ball, picture_rays())
    torch.testing.assert_close(rendered.albedo, rendered.opacity[:, None] * ball.colour)


def test_an_opaque_ball_is_seen_at_its_surface():
    rendered = render(BallField(radius=0.6, density=1e4), axis_ray())
    assert rendered.depth.item() == pytest.approx(1.4, abs=2 / SAMPLES)
    torch.testing.assert_close(rendered.points, torch.tensor([[0.0, rendered.depth.item() - 2, 0.0]]))


def test_the_renders_do_not_depend_on_the_size_of_the_chunks():
    ball, rays = BallField(centre=(0.2, 0.0, 0.1)), picture_rays()
    whole, parts = render(ball, rays), render(ball, rays, chunk=100)
    for one, other in zip(whole, parts, strict=True):
        torch.testing.assert_close(one, other)


def test_the_same_random_stream_gives_the_same_picture():
    ball, rays = BallField(), picture_rays()
    first, second, other = (render(ball, rays, 32, generator(seed)).opacity for seed in (5, 5, 6))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)


def test_gradients_are_those_of_the_closed_form():
    """d(1 - exp(-S · c)) / dS = c · exp(-S · c), c = 1.2 m through the middle."""
    density = torch.tensor(2.0, requires_grad=True)

    class Ball(BallField):
        def __call__(self, points):
            sample = super().__call__(points)
            return sample._replace(density=density * (sample.surface > 0))

    opacity = render(Ball(radius=0.6), axis_ray(), 2000).opacity.sum()
    (slope,) = torch.autograd.grad(opacity, density)
    assert slope.item() == pytest.approx(1.2 * math.exp(-2.4), rel=0.01)


def test_rays_are_the_sums_of_their_samples_in_any_chunks():
    rays = ring(2, 0.3, 0.2, 0.75, 1.1, CPU).all_rays(12)
    whole = RayMarcher(RenderSettings(), CPU)(BallField(), rays, None)
    parts = RayMarcher(RenderSettings(chunk_rays=50), CPU)(BallField(), rays, None)
    assert_sums_of_samples(whole)
    assert_same_renders(whole, parts)
