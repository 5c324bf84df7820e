"""Renders that grow: sizes jump when they should, rings stay whole, and the prior still gets what it wants."""

import math

import pytest
import torch
from analytic import GaussianPrior, ignore, small_run

from backend.growth import GrowthSettings
from backend.presets import load_preset

GROWING = {
    "growth.resolution_start": 0.5,
    "growth.resolution_end": 2.0,
    "growth.views_start": 2.0,
    "growth.views_end": 1.0,
    "growth.sizes": 2,
}
SMALL = {
    "render.samples": 16,
    "render.occupancy_resolution": 16,
    "regularize.points": 100,
    "sds.guidance_weight": 0.0,
    "sds.contrast_rescale": 0.0,
}


def test_without_growth_everything_stays_as_the_prior_wants_it():
    plain = GrowthSettings()
    assert {plain.resolution(64, progress) for progress in (0.0, 0.3, 0.99, 1.0)} == {64}
    assert {plain.views(4, 1, progress) for progress in (0.0, 0.3, 0.99, 1.0)} == {4}


def test_sizes_are_evenly_apart_and_last_equally_long():
    growth = GrowthSettings(resolution_start=1.0, resolution_end=4.0, sizes=4, until=0.8)
    seen = [growth.resolution(64, step / 100) for step in range(101)]
    assert [seen.index(size) for size in (64, 128, 192, 256)] == [0, 20, 40, 60]
    assert seen == sorted(seen)
    assert seen[-1] == 256


def test_one_size_is_the_last():
    assert GrowthSettings(resolution_start=0.5, resolution_end=2.0, sizes=1).resolution(64, 0.0) == 128


@pytest.mark.parametrize(
    ("share", "together", "views"), [(1.0, 4, 4), (2.0, 4, 8), (0.25, 4, 4), (0.25, 1, 1), (0.01, 1, 1), (1.5, 4, 8)]
)
def test_rings_are_whole_and_there_is_one_at_least(share, together, views):
    assert GrowthSettings(views_start=share, views_end=share).views(4, together, 0.5) == views


class Watched(GaussianPrior):
    """Writes down how many pictures of what size it gets, and whether they are rings."""

    def __init__(self, views, in_pixels=True):
        super().__init__(0.6, 0.1, views=views, resolution=8)
        self.in_pixels = in_pixels
        self.seen = []

    def encode(self, images):
        self.seen.append(tuple(images.shape))
        return super().encode(torch.nn.functional.interpolate(images, (8, 8)))

    def condition(self, prompt, negative_prompt, cameras, say_views=True):
        if self.views > 1:
            for group in cameras.split(self.views):
                turns = torch.diff(group.azimuth)
                torch.testing.assert_close(turns, torch.full_like(turns, 2 * math.pi / self.views))
                assert (group.elevation == group.elevation[0]).all()
        return super().condition(prompt, negative_prompt, cameras)


@pytest.mark.parametrize("views", [1, 4])
def test_a_run_renders_many_small_pictures_first_and_few_large_ones_later(views):
    preset = load_preset("sds").with_steps(4).with_overrides({**SMALL, **GROWING})
    prior = Watched(views, in_pixels=False)
    run = small_run(preset, prior)
    assert all(math.isfinite(run.step(ignore)) for _ in range(run.steps))
    assert prior.seen == [(8, 3, 4, 4)] * 2 + [(4, 3, 16, 16)] * 2
    assert run.calls == run.planned_calls == 4


def test_a_model_of_pixels_gets_pictures_of_its_own_size():
    preset = load_preset("sds").with_steps(4).with_overrides({**SMALL, **GROWING})
    prior = Watched(1)
    run = small_run(preset, prior)
    for _ in range(run.steps):
        run.step(ignore)
    assert prior.seen == [(8, 3, 8, 8)] * 2 + [(4, 3, 8, 8)] * 2


@pytest.mark.parametrize(("views", "calls"), [(1, 24), (4, 6)])
def test_calls_are_planned_for_all_sizes(views, calls):
    """With a level for each view (or ring): eight views in the first two steps, four in the last two."""
    settings = {**SMALL, **GROWING, "score.level_per_view": True}
    run = small_run(load_preset("sds").with_steps(4).with_overrides(settings), Watched(views, in_pixels=False))
    for _ in range(run.steps):
        run.step(ignore)
    assert run.calls == run.planned_calls == calls


def test_a_ring_s_contrast_is_its_own():
    """Two rings in one question are answered as each would be alone."""
    from test_guidance import query

    prior = GaussianPrior(mean=0.6, std=0.4, empty_mean=0.2)
    draws = torch.Generator().manual_seed(0)
    z = torch.cat([torch.rand(4, 3, 16, 16, generator=draws), 5 * torch.rand(4, 3, 16, 16, generator=draws)])
    noise = torch.randn(z.shape, generator=draws)
    both = query(prior, z, 400).guided_noise(noise, 8.0, contrast_rescale=0.7)
    for part in (slice(0, 4), slice(4, 8)):
        alone = query(prior, z[part], 400).guided_noise(noise[part], 8.0, contrast_rescale=0.7)
        torch.testing.assert_close(both[part], alone)
