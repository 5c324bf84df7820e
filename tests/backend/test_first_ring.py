"""Silhouettes that no body could cast, pictures in the wrong order, and light from one side are told from good ones."""

import dataclasses
from itertools import permutations

import pytest
import torch
from analytic import CPU, BallField, GaussianPrior, generator

from backend.cameras import orbit, ring
from backend.distillation.coherence import silhouette_coherence
from backend.distillation.first_ring import (
    FirstRingSettings,
    best_of,
    draw_first_ring,
    first_ring_calls,
    judge,
    variety,
)

SIZE = 64
CAMERAS = ring(4, 0.0, 0.25, 0.75, 1.05, CPU)
WIDE = torch.tensor([0.75, 0.25, 0.3])  # m, half axes of an ellipsoid that is long from left to right


def ellipsoid(axes=WIDE, cameras=CAMERAS):
    """Its silhouettes [V, H, W], closed form: a ray meets it if its distance, in units of the axes, is below 1."""
    rays = cameras.all_rays(SIZE)
    origins, directions = rays.origins / axes, rays.directions / axes
    along = (origins * directions).sum(dim=1) / directions.square().sum(dim=1)
    nearest = origins - along[:, None] * directions
    return (nearest.norm(dim=1) < 1).view(len(cameras), SIZE, SIZE)


def coherence(solid, cameras=CAMERAS):
    return silhouette_coherence(cameras, solid, ~solid)


@pytest.mark.parametrize("azimuth", [0.0, 0.4])
def test_a_body_s_own_silhouettes_agree(azimuth):
    cameras = ring(4, azimuth, 0.25, 0.75, 1.05, CPU)
    assert coherence(ellipsoid(cameras=cameras), cameras) > 0.97


def test_the_long_side_from_one_side_and_the_short_one_from_the_opposite_do_not():
    """Where the front is long and the back is short, no more of the front can be filled than the back is long."""
    solid = ellipsoid()
    narrow = ellipsoid(torch.tensor([0.25, 0.25, 0.3]))
    bad = torch.stack([solid[0], narrow[1], narrow[2], narrow[3]])
    filled = 0.25 / 0.75  # of the long one's width; a little more of its area
    assert 0.75 + 0.25 * filled < coherence(bad) < 0.75 + 0.25 * (filled + 0.15)


def test_nothing_to_see_is_no_object():
    solid = ellipsoid()
    solid[2] = False
    assert coherence(solid) == 0.0


def test_a_ball_beside_the_middle_agrees_with_itself_but_not_with_its_neighbours_pictures():
    ball = BallField(radius=0.4, density=50.0, centre=(0.3, 0.0, 0.0))
    solid = (ball.opacity(CAMERAS.all_rays(SIZE)) > 0.5).view(4, SIZE, SIZE)
    assert coherence(solid) > 0.97
    assert coherence(solid[[0, 0, 0, 0]]) < 0.8


def pictures(solid, brightness=(0.8, 0.8, 0.8, 0.8)):
    shade = torch.tensor(brightness)[:, None, None]
    return torch.where(solid, shade, 0.2)[:, None].expand(-1, 3, -1, -1).contiguous()


def test_pictures_find_their_cameras():
    """In the order 1, 0, 2, 3 long sides are neighbours; exchanging two, whichever, puts that right."""
    shown = pictures(ellipsoid()[[1, 0, 2, 3]])
    kept, moved = (judge(shown, CAMERAS, reorder, 0.0) for reorder in (False, True))
    assert kept.order == (0, 1, 2, 3)
    assert moved.shape > kept.shape + 0.05
    assert moved.shape > 0.9
    assert coherence(ellipsoid()[[1, 0, 2, 3]][list(moved.order)]) > 0.97
    assert judge(pictures(ellipsoid()), CAMERAS, True, 0.0).order == (0, 1, 2, 3)


def test_a_long_side_all_around_is_no_better_than_a_long_and_a_narrow_one():
    """Both can be cast by a body, the first by a square one; a round thing has no variety in any ring."""
    whole = ellipsoid()
    square = whole[[0, 0, 0, 0]]
    assert coherence(square) > 0.85
    assert variety(square) == 0.0
    assert 0.4 < variety(whole) < 0.6  # widths of 0.75 and 0.25 have 0.5, seen straight and from far
    alike, varied = (judge(pictures(each), CAMERAS, True, 0.2) for each in (square, whole))
    assert varied.shape > alike.shape + 0.08


def test_light_from_one_side_and_dim_light_count_against_a_ring():
    looks = ((0.8,) * 4, (0.4, 0.6, 0.8, 0.6), (0.5,) * 4)
    full, lit, dim = judged = [judge(pictures(ellipsoid(), each), CAMERAS, True, 0.2) for each in looks]
    assert full.shape == pytest.approx(lit.shape) == pytest.approx(dim.shape)
    torch.testing.assert_close(lit.brightness, torch.tensor([0.4, 0.6, 0.8, 0.6]))
    assert best_of(judged, 0.3) == 0
    assert best_of([lit, dim], 0.3) == 1  # 0.5 of the brightest view's 0.8, against 0.4


class Moods(GaussianPrior):
    """Has in mind, one call after the other, what `worlds` says of each candidate, until the last one is chosen."""

    hears_cameras = False

    def __init__(self, worlds, calls_each):
        super().__init__(0.5, std=1e-3, resolution=SIZE)
        self.worlds, self.calls_each = worlds, calls_each

    def predict_noise(self, noisy, timestep, condition):
        turn = self.calls // self.calls_each
        self.calls += 1
        mean = self.worlds[turn] * 2 - 1 if turn < len(self.worlds) else self.clean_of(noisy, timestep)
        noise = self.exact_noise(noisy, timestep, mean)
        return noise, noise

    def clean_of(self, noisy, timestep):
        """Whatever noisy is nearest to: the chosen one goes on to be itself."""
        means = [world[list(order)] * 2 - 1 for world in self.worlds for order in permutations(range(4))]
        alpha = self.schedule.alphas[timestep]
        return min(means, key=lambda mean: (noisy - alpha * mean).square().sum().item())


def draw(prior, settings, steps=6):
    condition = GaussianPrior(0.5, 0.1, resolution=SIZE).condition("", "", CAMERAS)
    start = lambda: torch.full((4, 3, SIZE, SIZE), 0.5)  # noqa: E731  # as short as it is
    return draw_first_ring(prior, start, 0.95, steps, condition, CAMERAS, generator(), (0.0, 0.0), settings)


def test_the_best_of_several_goes_on_in_its_best_order():
    solid = ellipsoid()
    incoherent = pictures(solid[[0, 0, 0, 1]])
    dark_on_one_side = pictures(solid, (0.4, 0.6, 0.8, 0.6))
    wrong_order = pictures(solid[[1, 0, 2, 3]])
    settings = FirstRingSettings(candidates=3, look_after=2)
    prior = Moods([incoherent, wrong_order, dark_on_one_side], calls_each=2)
    made = prior.decode(draw(prior, settings))
    assert prior.calls == first_ring_calls(settings, 6) == 10
    outside, found = made[:, 0] < 0.5, made[:, 0] >= 0.5
    assert silhouette_coherence(CAMERAS, found, outside) > 0.97
    assert made[:, 0][found].mean().item() == pytest.approx(0.8, abs=0.03)


def test_a_prior_that_hears_its_cameras_keeps_its_order():
    prior = Moods([pictures(ellipsoid()[[1, 0, 2, 3]])], calls_each=10)
    prior.hears_cameras = True
    made = prior.decode(draw(prior, FirstRingSettings(candidates=1)))
    torch.testing.assert_close(made > 0.5, prior.worlds[0] > 0.5)


@pytest.mark.parametrize("look_after", [1, 4, 9])
def test_one_candidate_costs_no_more_than_its_steps(look_after):
    settings = dataclasses.replace(FirstRingSettings(), candidates=1, look_after=look_after)
    assert first_ring_calls(settings, 4) == 4


def test_a_camera_above_sees_the_same_body():
    """Not only rings: any cameras."""
    cameras = orbit(*(torch.tensor(each) for each in ([0.0, 1.0, 2.5], [0.1, 0.6, 1.2], [3.0, 3.0, 3.0], [0.75] * 3)))
    assert coherence(ellipsoid(cameras=cameras), cameras) > 0.97
