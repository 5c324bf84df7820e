"""Layouts: what a network that hears its cameras tells the first ring about the object."""

import math
from dataclasses import replace

import pytest
import torch
from analytic import GaussianPrior, generator, ignore
from layouts_of_balls import RED, SIZE, WithLayouts, a_ball, run_with
from safetensors.torch import save_file
from torch.testing import assert_close

from backend.distillation.backgrounds import background_apart
from backend.distillation.denoise_fit_settings import DenoiseFitSettings
from backend.distillation.layout_drawing import enlarged, layout_cameras, together
from backend.priors.in_parts import PriorInParts
from backend.priors.layouts import Layout, draws_layouts, to_maps
from backend.priors.toybox import ToyboxPrior
from backend.priors.toybox_layouts import as_layout, in_full, load_volume
from dreamfusion_blender.errors import WeightsDamaged, WeightsMissing

CPU = torch.device("cpu")
DRAWS = DenoiseFitSettings().layout_draws


def test_the_first_ring_shows_what_the_layout_does():
    prior = WithLayouts()
    run = run_with(prior)
    run.step(ignore)
    anchor = run.objectives[0].anchor
    assert [views for _, views in prior.asked] == [8] * DRAWS
    assert_close(anchor.cameras.azimuth.sort().values, torch.arange(8) * math.pi / 4)
    assert anchor.inside.any(dim=(1, 2)).all() and anchor.outside[:, 0].all()
    middle = anchor.pictures[:, :, SIZE // 2, SIZE // 2]
    assert_close(middle, RED.expand(8, 3))
    assert anchor.light is None and anchor.unlit == 1.0
    assert not prior.calls  # it has drawn nothing yet


def test_what_the_network_makes_of_a_layout_with_other_noise_counts_as_well():
    prior = WithLayouts()
    run_with(prior, layout_draws=3, layout_again_level=0.7).step(ignore)
    assert [level for _, level in prior.starts] == [1.0, 0.7, 0.7]
    first, *again = (start for start, _ in prior.starts)
    assert first is None
    assert all(each is not None and torch.equal(each.opacity, a_ball(8).opacity) for each in again)
    alone = WithLayouts()
    run_with(alone, layout_draws=1).step(ignore)
    assert len(alone.asked) == 1


def test_of_several_layouts_counts_what_most_show():
    """Four of one pixel each, and how many of them show it; what they show there is the mean of those."""
    reds = torch.tensor([0.2, 0.4, 0.6, 0.8])
    for shows, opacity in ((0, 0.0), (1, 0.22), (2, 0.78), (3, 1.0), (4, 1.0)):
        layouts = [
            Layout(red.expand(1, 3, 1, 1), torch.full((1, 1, 1, 1), float(number < shows)), torch.zeros(1, 3, 1, 1))
            for number, red in enumerate(reds)
        ]
        found = together(layouts)
        assert found.opacity.item() == pytest.approx(opacity, abs=0.01)
        if shows:
            assert_close(found.albedo, reds[:shows].mean().expand(1, 3, 1, 1))


@pytest.mark.parametrize("layouts", [True, False])
def test_as_many_questions_are_asked_as_were_planned(layouts):
    """And candidates are for priors that have to be lucky."""
    prior = WithLayouts()
    run = run_with(prior, layouts=layouts)
    while not run.is_done:
        run.step(ignore)
    assert bool(prior.asked) == layouts
    assert prior.calls == run.planned_calls


@pytest.mark.parametrize(("entry", "level"), [(0.0, 1.0), (0.4, 0.84), (0.6, 0.64)])
def test_an_object_to_go_on_from_is_redrawn_as_far_as_the_strength_allows(entry, level):
    prior = WithLayouts()
    run = run_with(prior)
    again = type(run)(run.preset, run.scene, entry, has_object=True)
    again.step(ignore)
    objective = again.objectives[0]
    assert objective.anchor is not None and objective.first_shape is not None
    assert [drawn for _, drawn in prior.starts] == pytest.approx([level, *[min(level, 0.85)] * (DRAWS - 1)])
    assert (prior.starts[0][0] is not None) == (level < 1)
    while not again.is_done:
        again.step(ignore)
    assert prior.calls == again.planned_calls
    levels = [objective.noise_level(turn) for turn in range(objective.rounds)]
    assert objective.rounds >= 4 and levels == sorted(levels, reverse=True)


def test_what_is_only_polished_is_not_drawn_over():
    prior = WithLayouts()
    run = run_with(prior, redraw_level=0.8, redraw_end_level=0.45)
    again = type(run)(run.preset, run.scene, entry=1.0, has_object=True)
    again.step(ignore)
    assert again.objectives[0].anchor is None and not prior.asked
    while not again.is_done:
        again.step(ignore)
    assert {level for _, level in prior.starts} == {0.45}  # beside later rings, and little


def test_a_prior_in_parts_draws_the_same_layouts():
    whole = WithLayouts()
    parts = PriorInParts(whole, 2)
    cameras = layout_cameras(DenoiseFitSettings(), 4, CPU)
    for mine, theirs in zip(parts.draw_layout("", "", cameras, generator()), a_ball(8), strict=True):
        assert_close(mine, theirs)
    assert draws_layouts(parts) and not draws_layouts(PriorInParts(GaussianPrior(0.5, 0.1), 2))


def test_the_toybox_paints_layouts_in_the_world_s_colours():
    """Guidance overdoes what a colour has more of than others: yellow as bright in green as in red is lemon."""
    prior = ToyboxPrior(4, CPU)
    cameras = layout_cameras(replace(DenoiseFitSettings(), layout_rings=1), 4, CPU)
    layout = prior.draw_layout("a yellow drum", "", cameras, generator())
    solid = (layout.opacity > 0.9).expand_as(layout.albedo)
    red, green, blue = (layout.albedo[:, i][solid[:, i]].mean().item() for i in range(3))
    assert green < 0.96 * red  # in the world 0.86
    assert blue < 0.3


def test_what_is_beside_an_object_does_not_darken_its_rim():
    """As a network's layout has it: black where there is nothing."""
    ball = a_ball(1)
    grown = enlarged(ball._replace(albedo=ball.albedo * ball.opacity), SIZE)
    seen = (grown.opacity > 0.01).expand_as(grown.albedo)
    assert_close(grown.albedo[seen], RED.view(3, 1, 1).expand_as(grown.albedo[0])[None][seen])


def test_a_background_is_one_that_the_object_stands_out_from():
    """Whatever the object is like: lit white, grey, or striped in black and white."""
    light, dark = torch.full((500, 3), 0.95), torch.full((500, 3), 0.02)
    opacity = torch.ones(500)
    for colour, least in ((light, 0.5), (dark, 0.5), ((light + dark) / 2, 0.3)):
        for seed in range(20):
            background = background_apart(colour, opacity, generator(seed))
            assert (colour - background).abs().amax(dim=1).min() > least
    for seed in range(20):
        background = background_apart(torch.cat([light, dark]), torch.ones(1000), generator(seed))
        assert min((each - background).abs().max() for each in (light, dark)) > 0.25
    assert background_apart(light, torch.zeros(500), generator()).shape == (3,)  # where there is nothing yet


def test_maps_are_read_as_they_are_written():
    opacity = torch.tensor([1.0, 0.5, 0.0]).view(1, 1, 1, 3)
    albedo, normals = torch.rand(1, 3, 1, 3), torch.rand(1, 3, 1, 3) * 2 - 1
    layout = as_layout(to_maps(albedo * opacity, opacity, normals))
    assert_close(layout.opacity, opacity)
    assert_close(layout.albedo[..., :2], albedo[..., :2])
    assert_close(layout.normals, normals)


def test_dark_things_are_as_solid_as_others():
    """The network says three quarters inside of a lamp's black base, and nowhere a little more than nothing."""
    opacity = torch.tensor([1.0, 0.75, 0.5, 0.03, 0.0]).view(1, 1, 1, 5)
    layout = in_full(Layout(torch.rand(1, 3, 1, 5), opacity, torch.rand(1, 3, 1, 5)))
    assert layout.opacity.flatten().tolist() == [1, 1, pytest.approx(0.6), 0, 0]
    prior = ToyboxPrior(4, CPU)
    cameras = layout_cameras(replace(DenoiseFitSettings(), layout_rings=1), 4, CPU)
    drawn = prior.draw_layout("a black cube", "", cameras, generator()).opacity
    assert drawn[:, 0, 30:34, 30:34].min() == 1


def test_damaged_volumes_are_told_in_words(tmp_path):
    with pytest.raises(WeightsMissing, match="volumes are missing"):
        load_volume(tmp_path / "volume.safetensors")
    save_file({"grid.bias": torch.zeros(3)}, tmp_path / "volume.safetensors", {"sizes": '{"words": 5}'})
    with pytest.raises(WeightsDamaged, match="volumes"):
        load_volume(tmp_path / "volume.safetensors")
    (tmp_path / "volume.safetensors").write_bytes(b"nonsense")
    with pytest.raises(WeightsDamaged, match="volumes"):
        load_volume(tmp_path / "volume.safetensors")
