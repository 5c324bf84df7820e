"""Wishes as losses: nothing where they are fulfilled, the right amount and direction where they are not."""

import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pytest
import solids
import torch
from analytic import generator

from backend.constraints import prepare
from backend.constraints.base import empty_loss, filled_loss
from backend.constraints.guides import GUIDE_STRENGTH, Guide
from backend.constraints.looks import Mirror, Palette, palette_loss
from backend.constraints.prepare import with_strength
from backend.constraints.proportions import Floor, Proportions, box_distance, box_for
from backend.fields.base import FieldSample
from backend.fields.shaping import StartShape
from backend.geometry.voxels import voxelize
from backend.presets import load_preset
from backend.starting import preset_of
from dreamfusion_blender.errors import BadSpec, JobDamaged
from dreamfusion_blender.inputs import Inputs, Placement, placement_around
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder, fingerprint

CPU = torch.device("cpu")
BETA = 0.005


class Exact:
    """A field whose surface is a function of points [P, 3], with one albedo or a function for it."""

    beta = BETA

    def __init__(self, surface, albedo=(0.5, 0.5, 0.5)):
        self.surface = surface
        self.albedo = albedo if callable(albedo) else lambda points: torch.tensor(albedo).expand(len(points), 3)

    def __call__(self, points):
        surface = self.surface(points)
        return FieldSample(surface, surface, self.albedo(points))


def scene_of(field):
    def near(count, random):
        return 2 * torch.rand(count, 3, generator=random) - 1

    return SimpleNamespace(
        field=field, generator=generator(), device=CPU, renderer=SimpleNamespace(surface_points=near)
    )


def ball(radius):
    return Exact(lambda points: radius - points.norm(dim=-1))


def box(half):
    return Exact(lambda points: box_distance(points, torch.tensor(half)))


def test_matter_in_the_way_weighs_what_it_is_deep():
    surface = torch.tensor([0.3, -0.3], requires_grad=True)
    torch.testing.assert_close(empty_loss(surface, BETA), torch.tensor([0.3, 0.0]), atol=1e-6, rtol=0)
    torch.testing.assert_close(filled_loss(surface, BETA), torch.tensor([0.0, 0.3]), atol=1e-6, rtol=0)
    occupancy = torch.sigmoid(torch.tensor(0.01) / BETA)
    assert empty_loss(torch.tensor(0.01), BETA).item() == pytest.approx(-BETA * math.log(1 - occupancy.item()))
    empty_loss(surface, BETA).sum().backward()
    torch.testing.assert_close(surface.grad, torch.tensor([1.0, 0.0]))  # a slope even 60 skins deep


def guide(kind, radius=0.4, weight=1.0):
    return Guide(StartShape(voxelize(*solids.ball(radius, subdivisions=3), 48)), kind, weight)


def test_guides_ask_for_nothing_that_is_so():
    assert guide("may")(scene_of(ball(0.3)), 0.5).item() == pytest.approx(0, abs=1e-4)
    assert guide("must")(scene_of(ball(0.5)), 0.5).item() == pytest.approx(0, abs=1e-4)


def test_guides_measure_the_matter_that_is_wrong():
    """∫ (R - r) r² dr from a to R, times 3: the mean over the unit ball of what a ball of radius R has outside of a."""
    large, small = 0.7, 0.4
    outside = 3 * (large * (large**3 - small**3) / 3 - (large**4 - small**4) / 4)
    assert guide("may")(scene_of(ball(large)), 0.5).item() == pytest.approx(GUIDE_STRENGTH * outside, rel=0.1)
    missing = 3 * ((small**4 - 0.2**4) / 4 - 0.2 * (small**3 - 0.2**3) / 3)
    found = guide("must", weight=2.0)(scene_of(ball(0.2)), 0.5).item()
    assert found == pytest.approx(2 * GUIDE_STRENGTH * missing, rel=0.25)


def test_a_box_of_the_right_proportions_asks_for_nothing():
    half = box_for((0.5, 1.0, 0.25))
    assert max(half) <= 0.75 and math.hypot(*half) <= 0.92 + 1e-9
    assert (half[0] / half[1], half[2] / half[1]) == pytest.approx((0.5, 0.25))
    wish = Proportions(half, 1.0)
    assert wish(scene_of(box(half)), 0.5).item() < 0.01  # its skin is β thick


def test_too_wide_and_too_short_both_cost():
    half = box_for((1.0, 1.0, 1.0))
    wish = Proportions(half, 1.0)
    too_large = wish(scene_of(box(tuple(1.2 * side for side in half))), 0.5).item()
    too_short = wish(scene_of(box((half[0], half[1], 0.7 * half[2]))), 0.5).item()
    assert too_large > 0.05 and too_short > 0.05


def test_what_floats_above_the_floor_is_drawn_down():
    floor = Floor(-0.5, 0.3, 1.0)
    assert floor(scene_of(box((0.3, 0.3, 0.5))), 0.5).item() == pytest.approx(0, abs=1e-4)
    assert floor(scene_of(box((0.3, 0.3, 0.3))), 0.5).item() > 0.1


def test_a_mirrored_field_asks_for_nothing_and_a_leaning_one_does():
    assert Mirror(1.0)(scene_of(ball(0.5)), 0.5).item() == pytest.approx(0, abs=1e-6)
    # d = x differs from its mirror image by 2|x|, whose mean over the cube is 1.
    leaning = Mirror(1.0)(scene_of(Exact(lambda points: points[:, 0])), 0.5).item()
    assert leaning == pytest.approx(2.0, rel=0.05)


def test_a_palette_pulls_to_the_nearest_colour_and_more_towards_the_end():
    colours = torch.tensor([[1.0, 0, 0], [0, 0, 1.0]])
    albedo = torch.tensor([[0.9, 0.0, 0.0], [0.0, 0.0, 0.8]], requires_grad=True)
    loss = palette_loss(albedo, colours)
    assert loss.item() == pytest.approx((0.01 + 0.04) / 2)
    loss.backward()
    torch.testing.assert_close(albedo.grad, torch.tensor([[-0.1, 0, 0], [0, 0, -0.2]]))
    wish = Palette(((0.5, 0.5, 0.5), (1.0, 0.0, 0.0)), 1.0)
    assert wish(scene_of(ball(0.5)), 1.0).item() == 0.0
    grey = scene_of(Exact(lambda points: points[:, 0], (0.6, 0.5, 0.5)))
    assert wish(grey, 1.0).item() == pytest.approx(2 * wish(grey, 0.5).item(), rel=1e-4)


def test_lower_strength_begins_at_lower_levels():
    preset = load_preset("standard")
    assert with_strength(preset, 1.0, 0.1).denoise_fit == preset.denoise_fit
    fit, score = (getattr(with_strength(preset, 0.3, 0.1), part) for part in ("denoise_fit", "score"))
    assert fit.start_level == fit.between_level == fit.high_level == pytest.approx(0.3)
    assert fit.end_level < fit.high_level
    assert score.low_level <= score.high_level_end <= score.high_level_start <= 0.4
    assert with_strength(preset, 0.3, 0.0).field.beta_start == preset.field.beta_end


def job_with(inputs, tmp_path, **changes):
    data = inputs.to_bytes()
    spec = dataclasses.replace(JobSpec(prompt="a red ball", inputs=fingerprint(data)), **changes)
    return JobFolder.create(spec, tmp_path, inputs=data)


def test_a_given_mesh_shapes_the_run(tmp_path):
    mesh = solids.given(*solids.box((2.0, 1.0, 1.0), (5, 0, 0)))
    job = job_with(Inputs(placement_around([mesh]), start=mesh), tmp_path, distance=0.1, strength=0.4)
    prepared = prepare(job, load_preset("preview"))
    radius = math.sqrt(1.5) / 0.88
    assert prepared.shaping.start is not None
    assert prepared.shaping.limit == pytest.approx(0.1 * 2.0 / radius)
    assert prepared.preset.denoise_fit.high_level == pytest.approx(0.4)
    assert prepared.shaping.is_object
    middle, corner = torch.zeros(1, 3), torch.tensor([[0.99, 0, 0]])
    assert prepared.shaping.start(middle).surface.item() == pytest.approx(0.5 / radius, abs=2 / 127)
    assert prepared.shaping.start(corner).surface.item() == pytest.approx(1 / radius - 0.99, abs=0.02)


def test_a_thin_part_of_a_given_mesh_has_less_room_than_the_distance(tmp_path):
    mesh = solids.given(*solids.box((2.0, 0.2, 0.2)))
    job = job_with(Inputs(placement_around([mesh]), start=mesh), tmp_path, distance=0.1)
    shaping = prepare(job, load_preset("preview")).shaping
    assert shaping.start is not None
    half = 0.1 * shaping.limit / (0.1 * 2.0)  # as the mesh is scaled
    assert 0 < shaping.start(torch.zeros(1, 3)).room <= 0.5 * half < 0.5 * shaping.limit


def test_guides_shape_the_beginning_and_push(tmp_path):
    may, must = solids.given(*solids.box((1.0, 1.0, 2.0))), solids.given(*solids.ball(0.3))
    job = job_with(Inputs(placement_around([may, must]), may=may, must=must), tmp_path)
    prepared = prepare(job, load_preset("preview").with_overrides({"constraints.may_weight": 3.0}))
    assert [(each.kind, each.weight) for each in prepared.pressures] == [("may", 3.0), ("must", 1.0)]
    assert prepared.shaping.limit == math.inf
    assert not prepared.shaping.is_object  # room to carve one from
    assert prepared.preset.denoise_fit == dataclasses.replace(load_preset("preview").denoise_fit, layouts=False)


@pytest.mark.parametrize("kinds", [("start",), ("may",), ("must",), ("start", "may")])
def test_layouts_know_nothing_of_meshes_and_are_left_out(kinds, tmp_path):
    mesh = solids.given(*solids.ball())
    job = job_with(Inputs(placement_around([mesh]), **dict.fromkeys(kinds, mesh)), tmp_path, preset="preview")
    preset = preset_of(job.spec, 4)
    assert preset.denoise_fit.layouts and not prepare(job, preset).preset.denoise_fit.layouts


def test_a_place_alone_leaves_the_layouts_be(tmp_path):
    """A front marker says where the object is to stand, and nothing of its shape."""
    job = job_with(Inputs(Placement(np.eye(4))), tmp_path, preset="preview")
    plain = JobFolder.create(dataclasses.replace(job.spec, inputs=""), tmp_path)
    assert prepare(job, preset_of(job.spec, 4)).preset == prepare(plain, preset_of(plain.spec, 4)).preset
    assert preset_of(job.spec, 4).denoise_fit.layouts


def test_what_must_be_there_has_its_own_proportions_and_no_floor_is_known_beforehand(tmp_path):
    must = solids.given(*solids.box((1.0, 1.0, 2.0)))
    job = job_with(Inputs(placement_around([must]), must=must), tmp_path)
    settings = {"constraints.ratio": "4:4:1", "constraints.flat_base": True}
    prepared = prepare(job, load_preset("preview").with_overrides(settings))
    assert [type(each) for each in prepared.pressures] == [Guide]
    assert prepared.shaping.floor is None
    assert prepared.preset.field.start_size == load_preset("preview").field.start_size


def test_constraints_come_from_settings(tmp_path):
    settings = {"constraints.ratio": "1:2:1", "constraints.flat_base": True, "constraints.palette": "#ff0000"}
    preset = load_preset("preview").with_overrides({**settings, "constraints.symmetry": "soft"})
    prepared = prepare(JobFolder.create(JobSpec(prompt="a red ball"), tmp_path), preset)
    assert [type(each) for each in prepared.pressures] == [Proportions, Floor, Mirror, Palette]
    half = box_for((0.5, 1.0, 0.5))
    assert prepared.preset.field.start_size == half
    assert prepared.shaping.floor == pytest.approx(-half[2])  # which its proportions want it to reach
    assert not prepared.preset.denoise_fit.layouts
    assert not prepared.shaping.mirrored


def test_inputs_of_another_job_are_refused(tmp_path):
    mesh = solids.given(*solids.ball())
    job = job_with(Inputs(placement_around([mesh]), start=mesh), tmp_path)
    other = solids.given(*solids.box())
    job.inputs.write_bytes(Inputs(placement_around([other]), start=other).to_bytes())
    with pytest.raises(JobDamaged, match="not the file"):
        prepare(job, load_preset("preview"))
    with pytest.raises(BadSpec, match="inputs"):
        JobFolder.create(job.spec, tmp_path)


def test_a_flat_base_of_a_mesh_is_where_it_stands(tmp_path):
    mesh = solids.given(*solids.box((1.0, 1.0, 2.0)))
    job = job_with(Inputs(placement_around([mesh]), start=mesh), tmp_path)
    prepared = prepare(job, load_preset("preview").with_overrides({"constraints.flat_base": True}))
    assert prepared.shaping.floor == pytest.approx(-0.88 / math.sqrt(1.5), abs=0.02)
    assert np.isclose(prepared.pressures[0].radius, 0.44 / math.sqrt(1.5), atol=0.02)
