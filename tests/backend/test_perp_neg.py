"""Perp-Neg with an exact prior whose texts mean plain colours: what is pushed off what, and how far."""

import math

import pytest
import torch
from analytic import CPU, GaussianPrior, generator

from backend.cameras import orbit, ring
from backend.distillation.perp_neg import BACK, FRONT, SIDE, negative_weights, perp_neg_noise, perpendicular
from backend.distillation.query import Query, Wording
from backend.distillation.sds import SDS, SDSSettings
from backend.priors.prompts import view_name
from dreamfusion_blender.errors import BadSpec

LEVEL = 500
COLOURS = {"front": (0.9, 0.2, 0.1), "side": (0.1, 0.8, 0.3), "back": (0.2, 0.1, 0.9), "overhead": (0.6, 0.6, 0.1)}


def named_colours(cameras):
    names = [view_name(a, e) for a, e in zip(cameras.azimuth.tolist(), cameras.elevation.tolist(), strict=True)]
    return torch.tensor([COLOURS[name] for name in names]).view(-1, 3, 1, 1).expand(-1, 3, 4, 4)


def cameras_at(*degrees, elevation=10.0):
    azimuth = torch.tensor(degrees).float() * math.pi / 180
    return orbit(
        azimuth, torch.full_like(azimuth, math.radians(elevation)), torch.full_like(azimuth, 3.0), azimuth * 0 + 1
    )


def asked(cameras, views=1):
    prior = GaussianPrior(named_colours, std=0.3, empty_mean=0.5, views=views, resolution=4)
    z = torch.rand(len(cameras), 3, 4, 4, generator=generator(1)) * 2 - 1
    condition = prior.condition("a", "b", cameras)
    return Query(prior, z, LEVEL, condition, generator(2), Wording("a", "b", cameras))


def exact(query, colour, noisy):
    """ε of one colour."""
    return query.prior.exact_noise(noisy, LEVEL, torch.tensor(colour).view(3, 1, 1) * 2 - 1)


def test_what_is_pushed_off_is_at_right_angles_to_what_is_wanted():
    vectors, axes = torch.randn(2, 5, 3, 8, 8, generator=generator()).unbind()
    across = perpendicular(vectors, axes)
    dots = (across * axes).flatten(1).sum(dim=1)
    torch.testing.assert_close(dots, torch.zeros(5), rtol=0, atol=1e-3)
    along = ((vectors - across).flatten(1) ** 2).sum(1) * (axes.flatten(1) ** 2).sum(1)
    torch.testing.assert_close(along.sqrt(), (vectors * axes).flatten(1).sum(1).abs(), rtol=1e-4, atol=1e-4)
    assert torch.equal(perpendicular(vectors, torch.zeros_like(axes)), vectors)


def test_the_weights_are_those_of_the_authors_at_the_four_sides():
    which, weights = negative_weights(cameras_at(0, 90, -90, 180, 45))
    assert which.T.tolist() == [[FRONT, SIDE], [SIDE, FRONT], [SIDE, FRONT], [SIDE, FRONT], [FRONT, SIDE]]
    none, strong = 4 * math.exp(-0.5) - 2.426, 4 - 2.426
    assert weights[:, 0].tolist() == pytest.approx([none, strong], abs=1e-4)
    # Behind the side the share is that of the side's text: all of it at 90°, none at 180°.
    for view in (1, 2):
        assert weights[:, view].tolist() == pytest.approx([math.exp(-0.5) - 0.606, math.exp(-0.5) + 0.967], abs=1e-4)
    assert weights[:, 3].tolist() == pytest.approx([1 - 0.606, 1 + 0.967], abs=1e-4)
    half = 4 * math.exp(-0.25) - 2.426
    assert weights[:, 4].tolist() == pytest.approx([half, half], abs=1e-4)
    assert BACK not in which


@pytest.mark.parametrize("guidance", [0.0, 7.0])
def test_seen_from_above_it_is_plain_guidance(guidance):
    """All weights are 0 there; and a guidance weight of 0 is the prompt's own prediction."""
    query = asked(cameras_at(20, 120, elevation=75))
    noise = query.noise()
    found = perp_neg_noise(query, noise, guidance, 0.0)
    assert query.prior.calls == 1
    torch.testing.assert_close(found, query.guided_noise(noise, guidance))
    if guidance == 0:
        noisy = query.prior.schedule.add_noise(query.z, noise, LEVEL)
        torch.testing.assert_close(found, exact(query, COLOURS["overhead"], noisy))


@pytest.mark.parametrize("guidance", [0.0, 7.0])
def test_the_whole_formula_between_front_and_side(guidance):
    """At 30°, two thirds front; for Gaussians, predictions of mixed means are mixed predictions."""
    query = asked(cameras_at(30))
    noise = query.noise()
    noisy = query.prior.schedule.add_noise(query.z, noise, LEVEL)
    front, side, empty = (exact(query, c, noisy) for c in (COLOURS["front"], COLOURS["side"], (0.5, 0.5, 0.5)))
    wanted = 2 / 3 * front + 1 / 3 * side
    expected = (1 + guidance) * wanted - guidance * empty
    for text, share in ((front, 2 / 3), (side, 1 / 3)):
        push, axis = (text - empty).flatten(), (wanted - empty).flatten()
        push = push - (push @ axis) / (axis @ axis) * axis
        strength = 4 * math.exp(-0.5 * share) - 2.426
        expected = expected - (1 + guidance) * strength * push.view_as(wanted)
    found = perp_neg_noise(query, noise, guidance, 0.0)
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3)
    assert query.prior.calls == 2


def test_behind_the_side_the_back_is_wanted_and_side_and_front_are_not():
    query = asked(cameras_at(180))
    noise = query.noise()
    plain = query.guided_noise(noise, 1.0)
    pushed = perp_neg_noise(query, noise, 1.0, 0.0)
    # What ε̂ takes away from the picture, per channel: less of the front's red than without.
    assert (pushed - plain).mean(dim=(0, 2, 3))[0] > 0.05


def test_it_is_a_setting_of_sds_and_needs_single_views():
    settings = SDSSettings(guidance_weight=2.0, weighting="uniform", contrast_rescale=0.0, perp_neg=True)
    rule = SDS(settings)
    assert rule.calls == 2
    gradient, noise = rule.gradient(asked(cameras_at(30, 200))), asked(cameras_at(30, 200)).noise()
    expected = perp_neg_noise(asked(cameras_at(30, 200)), noise, 2.0, 0.0) - noise
    torch.testing.assert_close(gradient, expected)
    together = asked(ring(4, 0.0, 0.2, 0.75, 1.1, CPU), views=4)
    with pytest.raises(BadSpec, match="one view at a time"):
        rule.gradient(together)
