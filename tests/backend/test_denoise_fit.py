"""Denoise and fit against a prior whose pictures are known: a Gaussian about pictures of a ball."""

import dataclasses
import itertools
import math

import pytest
import torch
from analytic import CPU, BallField, Faulty, GaussianPrior, ball_pictures, generator, ignore, small_run

from backend.cameras import ring
from backend.distillation.denoise_fit import DenoiseFit, DenoiseFitSettings
from backend.distillation.denoising import denoise
from backend.distillation.ring_fitting import ring_loss, silhouette_loss
from backend.distillation.target_rings import Ring
from backend.optimize import Optimization
from backend.presets import Stage, load_preset
from backend.scene import make_scene

SETTINGS = DenoiseFitSettings()
BALL = BallField(radius=0.7, density=50.0, colour=(0.9, 0.25, 0.1), centre=(0.12, 0.0, 0.05))
SMALL = {
    "takes.count": 1,
    "denoise_fit.guidance_weight": 0.0,
    "denoise_fit.contrast_rescale": 0.0,
    "denoise_fit.rays": 1024,
    "denoise_fit.steps_per_ring": 10,
    "denoise_fit.first_steps": 2,
    "denoise_fit.ddim_steps": 3,
    "denoise_fit.min_ddim_steps": 3,
    "denoise_fit.keep": 4,
    "first_ring.candidates": 1,
    "denoise_fit.shaded_share": 0.0,  # the balls in the priors' pictures are flat
    "denoise_fit.own_light": 1.0,
    "render.samples": 32,
    "render.occupancy_resolution": 16,
    "regularize.points": 500,
}


def small_preset(steps: int):
    preset = dataclasses.replace(load_preset("standard"), stages=(Stage("denoise_fit", steps),))
    return preset.with_overrides(SMALL)


@pytest.mark.parametrize("level", [0.95, 0.5, 0.2])
def test_denoising_a_sure_prior_gives_its_picture(level):
    """With s → 0 the exact denoiser answers m whatever it is shown, so that any number of steps ends there."""
    prior = GaussianPrior(mean=0.7, std=1e-3)
    condition = prior.condition("", "", ring(4, 0, 0, 0.75, 1.1, CPU))
    start = torch.zeros(4, 3, 16, 16)
    clean = denoise(prior, start, level, 3, condition, generator(), 0.0, 0.0)
    torch.testing.assert_close(clean, torch.full_like(clean, 0.4), rtol=0, atol=0.01)
    assert prior.calls == 3


@pytest.mark.parametrize(("in_pixels", "expected"), [(True, 1.0), (False, 4.0)])
def test_only_pictures_have_limits(in_pixels, expected):
    """Latents of an autoencoder are no pictures: they go well beyond -1 … 1."""
    prior = GaussianPrior(mean=2.5, std=1e-3)  # 4 in latents
    prior.in_pixels = in_pixels
    condition = prior.condition("", "", ring(4, 0, 0, 0.75, 1.1, CPU))
    clean = denoise(prior, torch.zeros(4, 3, 16, 16), 0.5, 3, condition, generator(), 0.0, 0.0)
    torch.testing.assert_close(clean, torch.full_like(clean, expected), rtol=0, atol=0.01)


def test_denoising_from_all_noise_gives_back_the_prior_s_own_spread():
    """DDIM follows the probability flow, which carries noise to N(m, s²) exactly in the limit of many steps."""
    prior = GaussianPrior(mean=0.55, std=0.2, resolution=32)
    condition = prior.condition("", "", ring(4, 0, 0, 0.75, 1.1, CPU))
    clean = denoise(prior, torch.zeros(4, 3, 32, 32), 1.0, 100, condition, generator(), 0.0, 0.0)
    assert clean.mean().item() == pytest.approx(0.1, abs=0.01)
    assert clean.std().item() == pytest.approx(0.2, rel=0.1)


def test_denoising_a_little_keeps_the_picture_and_much_replaces_it():
    """SDEdit's trade: the lower the level, the nearer to where it came from."""
    prior = GaussianPrior(mean=0.2, std=0.3)
    condition = prior.condition("", "", ring(4, 0, 0, 0.75, 1.1, CPU))
    start = torch.full((4, 3, 16, 16), 0.5)
    means = [
        denoise(prior, start, level, 10, condition, generator(), 0.0, 0.0).mean().item() for level in (0.1, 0.4, 0.9)
    ]
    assert 0.5 > means[0] > means[1] > means[2] > -0.6
    assert means[0] > 0.3
    assert means[2] < -0.3


def test_levels_fall_from_the_start_to_the_end():
    objective = DenoiseFit(dataclasses.replace(SETTINGS, steps_per_ring=10), 140)
    levels = [objective.noise_level(turn) for turn in range(objective.rounds)]
    assert levels[0] == SETTINGS.start_level
    assert levels[1] == SETTINGS.between_level
    assert levels[2] == SETTINGS.high_level
    assert levels[-1] == pytest.approx(SETTINGS.end_level)
    assert all(before > after for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("steps", [1, 7, 10, 30, 45, 100])
def test_all_planned_rounds_and_calls_happen(steps):
    prior = GaussianPrior(mean=ball_pictures(BALL, 8), std=0.05, resolution=8)
    run = small_run(small_preset(steps), prior)
    while run.step_index < run.steps:
        run.step(ignore)
    objective = run.objectives[0]
    assert isinstance(objective, DenoiseFit)
    assert objective.round == objective.rounds
    assert prior.calls == run.calls == run.planned_calls
    assert len(objective.rings) == min(objective.rounds, run.preset.denoise_fit.keep)


def test_each_ring_starts_lower_than_the_last():
    prior = GaussianPrior(mean=ball_pictures(BALL, 8), std=0.05, resolution=8)
    run = small_run(small_preset(80), prior)
    while run.step_index < run.steps:
        run.step(ignore)
    starts = [prior.timesteps[0]] + [now for before, now in itertools.pairwise(prior.timesteps) if now > before]
    assert len(starts) == run.objectives[0].rounds
    assert starts == sorted(starts, reverse=True)


def test_an_object_to_begin_with_is_not_drawn_by_lot():
    """A given mesh, or a parent's field at full strength: no other rings are begun, and none of its own stays."""
    preset = small_preset(60).with_overrides({"first_ring.candidates": 4, "denoise_fit.first_steps": 1})
    asked = []
    for has_object in (False, True):
        prior = GaussianPrior(mean=ball_pictures(BALL, 8), std=0.05, resolution=8)
        scene = make_scene(preset, prior, ("a red ball", ""), generator(), CPU)
        run = Optimization(preset, scene, has_object=has_object)
        while run.step_index < run.steps:
            run.step(ignore)
        assert prior.calls == run.planned_calls
        assert (run.objectives[0].anchor is None) is has_object
        asked.append(prior.calls)
    assert asked[0] - asked[1] == 3 * SMALL["denoise_fit.ddim_steps"]


def test_the_field_is_fitted_to_what_the_prior_has_in_mind():
    """Seen from directions that were in no ring: the shape, where it is, and its colour."""
    prior = GaussianPrior(mean=ball_pictures(BALL, 24), std=0.05, resolution=24)
    run = small_run(small_preset(120), prior)
    cameras = ring(4, 0.4, 0.2, 0.75, 1.05, CPU)
    rays = cameras.all_rays(24)
    wanted = BALL.opacity(rays)

    def look():
        with torch.no_grad():
            return run.scene.renderer(run.scene.field, rays, None)

    before = (look().opacity - wanted).abs().mean()
    losses = []
    while run.step_index < run.steps:
        losses.append(run.step(ignore))
    after = look()
    assert all(map(math.isfinite, losses))
    miss = (after.opacity - wanted).abs().mean()
    assert miss < 0.45 * before
    solid = wanted > 0.99
    colour = after.albedo[solid].mean(dim=0)
    torch.testing.assert_close(colour, BALL.colour, rtol=0, atol=0.06)


def test_the_dimming_of_a_light_of_the_prior_s_own_is_taken_out_of_the_albedo():
    """What it draws where no light is known is taken for surfaces that are on average so bright."""
    own = {"denoise_fit.own_light": 0.8, "denoise_fit.shaded_below": 0.0}
    preset = small_preset(120).with_overrides(own)
    dimmed = BallField(radius=0.7, density=50.0, colour=(0.6, 0.3, 0.1))
    prior = GaussianPrior(mean=ball_pictures(dimmed, 24), std=0.05, resolution=24)
    run = small_run(preset, prior)
    while run.step_index < run.steps:
        run.step(ignore)
    rays = ring(4, 0.4, 0.2, 0.75, 1.05, CPU).all_rays(24)
    with torch.no_grad():
        colour = run.scene.renderer(run.scene.field, rays, None).albedo[dimmed.opacity(rays) > 0.99].mean(dim=0)
    torch.testing.assert_close(colour, torch.tensor([0.75, 0.375, 0.125]), rtol=0, atol=0.06)


def test_a_state_brings_rings_and_counters_back():
    prior = GaussianPrior(mean=ball_pictures(BALL, 8), std=0.05, resolution=8)
    run = small_run(small_preset(150), prior)
    for _ in range(50):
        run.step(ignore)
    assert run.objectives[0].anchor is not None
    state = run.objectives[0].state_dict()
    assert state
    other = DenoiseFit(run.preset.denoise_fit, 150)
    other.load_state_dict(state)
    again = other.state_dict()
    assert state.keys() == again.keys()
    for name, value in state.items():
        torch.testing.assert_close(again[name], value)


def test_the_first_two_rings_share_eight_sides():
    prior = GaussianPrior(mean=ball_pictures(BALL, 8), std=0.05, resolution=8)
    run = small_run(small_preset(60), prior)
    while run.objectives[0].round < 2:
        run.step(ignore)
    sides = torch.cat([kept.cameras.azimuth for kept in run.objectives[0].rings]).sort().values
    torch.testing.assert_close(sides, torch.arange(8) * math.pi / 4)


def test_the_first_ring_stays_among_the_targets():
    prior = GaussianPrior(mean=ball_pictures(BALL, 8), std=0.05, resolution=8)
    preset = small_preset(150).with_overrides({"denoise_fit.keep": 1, "denoise_fit.anchor_share": 0.5})
    run = small_run(preset, prior)
    objective = run.objectives[0]
    run.step(ignore)
    first = objective.rings[0]
    while run.step_index < run.steps:
        run.step(ignore)
    assert objective.rings[0] is not first
    draws = generator()
    targets = [objective._target(draws, 1.0) for _ in range(100)]
    assert 35 < sum(target is first for target in targets) < 65
    assert all(target is first or target is objective.rings[0] for target in targets)


def test_fog_in_the_background_s_colour_is_cleared_by_the_silhouette():
    """The pictures alone cannot tell: seen before its own colour, matter looks like none."""
    colour = torch.tensor([0.5, 0.5, 0.5])
    pictures = colour[:, None, None].expand(4, 3, 16, 16)
    target = Ring.of(ring(4, 0.0, 0.2, 0.75, 1.05, CPU), pictures, None)
    run = small_run(small_preset(40), GaussianPrior(mean=ball_pictures(BALL, 8), std=0.05, resolution=8))
    rays = target.cameras.all_rays(16)
    seen = run.scene.renderer(run.scene.field, rays, None)
    middle = (torch.tensor([0]), torch.tensor([8]), torch.tensor([8]))
    hit = seen._replace(opacity=seen.opacity.view(4, 16, 16)[middle])
    assert hit.opacity.item() > 0.9
    assert silhouette_loss(target, hit, middle).item() == pytest.approx(hit.opacity.item() ** 2)


def test_outlines_of_pictures_count_unless_shapes_say_them():
    """Before a background that is as grey as the field is, only the outline is wrong."""
    pictures = torch.full((4, 3, 16, 16), 0.5)
    target = Ring.of(ring(4, 0.0, 0.2, 0.75, 1.05, CPU), pictures, None)
    scene = small_run(small_preset(40), GaussianPrior(mean=0.5, std=0.05)).scene
    with_outlines, without = (
        ring_loss(target, dataclasses.replace(scene, generator=generator()), SETTINGS, 0.0, outlines)
        for outlines in (True, False)
    )
    assert with_outlines - without > 0.1 * SETTINGS.silhouette_weight
    assert without < 0.01 * SETTINGS.photometric_weight


def test_pictures_that_are_not_numbers_are_not_kept():
    """A bad ring must not sit among the targets, where a snapshot could keep it: no rewind would get rid of it."""
    preset = small_preset(40).with_overrides({"denoise_fit.newest_share": 0.0, "optimize.snapshot_every": 1})
    pictures = ball_pictures(BALL, 8)
    for seed in range(8):  # which ring a step looks at is drawn
        prior = Faulty(GaussianPrior(mean=pictures, std=0.05, resolution=8), lambda call: 3 <= call < 6)
        run = small_run(preset, prior, seed)
        for _ in range(24):
            run.step(ignore)
            assert all(torch.isfinite(kept.pictures).all() for kept in run.objectives[0].rings)
        assert run.rewinds == 1
