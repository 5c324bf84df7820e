"""Silhouettes that no body could cast are told from good ones, and pictures find the cameras where they agree."""

import pytest
import torch
from analytic import CPU, generator
from ring_pictures import CAMERAS, SIZE, ball, dog, dog_looking_one_way, ellipsoid, pictures

from backend.cameras import ring
from backend.distillation.arrangement import arranged, arrangements, as_drawn, judge, variety
from backend.distillation.coherence import silhouette_coherence

ANY = arrangements(4, repeats=True)
ONCE = arrangements(4, repeats=False)


def coherence(solid, cameras=CAMERAS):
    return silhouette_coherence(cameras, solid, ~solid, as_drawn(4)).item()


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
    solid = ball(0.4, (0.3, 0.0, 0.0))
    assert coherence(solid) > 0.97
    assert coherence(solid[[0, 0, 0, 0]]) < 0.8


def test_all_arrangements_at_once_are_as_good_as_each_alone():
    solid = torch.cat([ellipsoid(), ball(0.4, (0.3, 0.1, 0.0))])
    ways = torch.randint(8, (20, 4), generator=generator())
    together = silhouette_coherence(CAMERAS, solid, ~solid, ways)
    torch.testing.assert_close(together, torch.tensor([coherence(solid[way]) for way in ways]))
    assert together.max() - together.min() > 0.2


@pytest.mark.parametrize("views", [1, 2, 4])
def test_arrangements_are_all_there_are(views):
    assert len(arrangements(views, repeats=True)) == (2 * views) ** views
    once = arrangements(views, repeats=False)
    assert len(once) == len(once.unique(dim=0)) == 2**views * [0, 1, 2, 6, 24][views]
    assert all(len(set(way)) == views for way in (once % views).tolist())


def test_pictures_find_their_cameras():
    """In the order 1, 0, 2, 3 long sides are neighbours; exchanging two, whichever, puts that right."""
    shown = pictures(ellipsoid()[[1, 0, 2, 3]])
    kept, moved = (judge(shown, CAMERAS, ways, 0.0) for ways in (as_drawn(4), ONCE))
    assert kept.arrangement.tolist() == [0, 1, 2, 3]
    assert moved.shape > kept.shape + 0.05
    assert moved.shape > 0.9
    assert coherence(arranged(shown, moved.arrangement)[:, 0] > 0.5) > 0.97


def test_good_pictures_stay_where_they_are():
    for body in (ellipsoid(), dog(), ball(0.5, (0.0, 0.0, 0.0))):
        assert judge(pictures(body), CAMERAS, ANY, 0.4).arrangement.tolist() == [0, 1, 2, 3]


def test_two_profiles_that_look_the_same_way_become_opposite_ones():
    shown = pictures(dog_looking_one_way())
    turned = judge(shown, CAMERAS, ONCE, 0.4)
    assert coherence(shown[:, 0] > 0.5) < 0.96
    assert (turned.arrangement >= 4).sum() == 1
    assert coherence(arranged(shown, turned.arrangement)[:, 0] > 0.5) > 0.98


def test_a_side_that_was_not_drawn_is_taken_from_the_opposite_one():
    """Three long sides and a narrow one: no body has them; two long and two narrow ones, an ellipsoid has."""
    whole = ellipsoid()
    widths = whole.any(dim=1).sum(dim=1)
    long, narrow = int(widths.argmax()), int(widths.argmin())
    shown = pictures(whole[[long, long, narrow, long]])
    once, twice = (judge(shown, CAMERAS, ways, 0.4) for ways in (ONCE, ANY))
    assert once.shape < twice.shape
    assert (twice.arrangement % 4 == 2).sum() == 2
    assert coherence(arranged(shown, twice.arrangement)[:, 0] > 0.5) > 0.97


def test_a_side_is_not_given_up_for_a_little_more_agreement():
    """A bump that only one of two opposite pictures shows is worth less than a side of its own."""
    solid = ellipsoid()
    solid[0, 17:23, 30:38] = True
    assert coherence(solid) < coherence(solid[[2, 1, 2, 3]])
    assert judge(pictures(solid), CAMERAS, ANY, 0.0).arrangement.unique().numel() == 4


def test_a_long_side_all_around_is_no_better_than_a_long_and_a_narrow_one():
    """Both can be cast by a body, the first by a square one; a round thing has no variety in any ring."""
    whole = ellipsoid()
    square = whole[[0, 0, 0, 0]]
    assert coherence(square) > 0.85
    assert variety(square, as_drawn(4)).item() == 0.0
    assert (
        0.4 < variety(whole, as_drawn(4)).item() < 0.6
    )  # widths of 0.75 and 0.25 have 0.5, seen straight and from far
    alike, varied = (judge(pictures(each), CAMERAS, ANY, 0.2) for each in (square, whole))
    assert varied.shape > alike.shape + 0.08


def test_brightness_is_that_of_the_views_as_they_are_shown():
    shown = pictures(ellipsoid()[[1, 0, 2, 3]], (0.4, 0.6, 0.8, 0.6))
    judged = judge(shown, CAMERAS, ONCE, 0.4)
    at = judged.arrangement % 4
    torch.testing.assert_close(judged.brightness, torch.tensor([0.4, 0.6, 0.8, 0.6])[at])
    assert shown.shape == (4, 3, SIZE, SIZE) and at.tolist() != [0, 1, 2, 3]
