"""What is made to stand has a flat base of a known size, however high or low it floats in the field."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapes
import solids

from backend.extraction import extract_job
from backend.meshing.build import MeshSettings, build_mesh
from backend.meshing.flat_base import BASE_SHARE, base_limit, with_flat_base
from backend.meshing.preview import preview_mesh
from dreamfusion_blender.asset import Asset
from dreamfusion_blender.constraints import ConstraintSettings
from dreamfusion_blender.cut import CutSettings
from dreamfusion_blender.inputs import Inputs, placement_around
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder

X = shapes.points(96)
FLAT = ConstraintSettings(flat_base=True)


def disc_area(vertices, triangles):
    """Area of the triangles in the lowest plane."""
    low = vertices[:, 2].min()
    corners = vertices[triangles]
    flat = corners[(corners[..., 2] < low + 0.004).all(axis=1)]
    return np.linalg.norm(np.cross(flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]), axis=1).sum() / 2


@pytest.mark.parametrize("height", [-0.4, 0.0, 0.3])
def test_a_ball_stands_on_a_disc_wherever_it_is(height):
    grid = shapes.grid(shapes.ball(X, 0.5, (0, 0, height)))
    mesh = build_mesh(grid, 40_000, MeshSettings(base_limit=math.inf))
    radius = 0.5 - mesh.level  # a little more than nominal: it is opaque before its surface
    cut = 2 * radius * BASE_SHARE
    assert mesh.vertices[:, 2].min() == pytest.approx(height - radius + cut, abs=0.01)
    assert mesh.vertices[:, 2].max() == pytest.approx(height + radius, abs=0.01)
    expected = math.pi * (radius**2 - (radius - cut) ** 2)
    assert disc_area(mesh.vertices, mesh.triangles) == pytest.approx(expected, rel=0.3)  # its rim is rounded
    plain = build_mesh(grid, 40_000)
    assert disc_area(plain.vertices, plain.triangles) < 0.1 * expected


def test_another_level_cuts_at_the_same_share():
    grid = shapes.grid(shapes.ball(X, 0.6))
    low = np.argwhere(with_flat_base(grid, 0.2).surface > 0.2)[:, 2].min()
    assert X[0, 0, low, 2] == pytest.approx(-0.4 + 0.8 * BASE_SHARE, abs=0.02)


def test_a_crumb_below_the_object_is_not_what_it_stands_on():
    grid = shapes.grid(np.maximum(shapes.ball(X, 0.4), shapes.ball(X, 0.05, (0, 0, -0.8))))
    mesh = build_mesh(grid, 10_000, MeshSettings(base_limit=math.inf))
    radius = 0.4 - mesh.level
    assert mesh.vertices[:, 2].min() == pytest.approx(-radius + 2 * radius * BASE_SHARE, abs=0.01)


def test_previews_stand_as_the_asset_will():
    surface = shapes.ball(shapes.points(40), 0.5)
    albedo = np.zeros((40, 40, 40, 3), np.uint8)
    plain, flat = (preview_mesh(surface, albedo, 0.0, limit)[0] for limit in (None, math.inf))
    assert plain[:, 2].min() == pytest.approx(-0.5, abs=0.02)
    assert flat[:, 2].min() == pytest.approx(-0.5 + BASE_SHARE, abs=0.02)


def test_what_must_be_there_is_not_cut():
    must = solids.given(*solids.box((1.0, 1.0, 2.0)))
    low = base_limit(FLAT, Inputs(placement_around([must]), must=must))
    assert low == pytest.approx(-0.88 / math.sqrt(1.5), abs=0.01)
    column = with_flat_base(shapes.grid(shapes.box(X, (0.3, 0.3, 0.75))), 0.0, -0.74).surface[48, 48]
    assert X[0, 0, column > 0, 2].min() == pytest.approx(-0.74, abs=0.022)


def test_where_the_field_has_a_floor_nothing_more_is_cut():
    mesh = solids.given(*solids.box())
    place = placement_around([mesh])
    assert base_limit(FLAT, None) == base_limit(FLAT, Inputs()) == math.inf
    assert base_limit(ConstraintSettings(), None) is None
    assert base_limit(replace(FLAT, ratio="1:1:2"), None) is None
    assert base_limit(FLAT, Inputs(place, start=mesh)) is None
    assert base_limit(FLAT, Inputs(place, may=mesh, must=mesh)) is None
    assert base_limit(replace(FLAT, ratio="1:1:2"), Inputs(place, must=mesh)) is not None


def test_a_job_s_asset_has_it_and_so_has_each_later_cut(tmp_path):
    spec = JobSpec(prompt="a red ball", size=1.0, texture_size=64, overrides={"constraints.flat_base": True})
    job = JobFolder.create(spec, tmp_path)
    shapes.save(shapes.grid(shapes.ball(X, 0.5)), job.field)
    for cut in (None, CutSettings(threshold=0.1)):
        extract_job(job, cut=cut)
        asset = Asset.load(job)
        height, width = np.ptp(asset.vertices[:, 2]), np.ptp(asset.vertices[:, 0])
        assert height / width == pytest.approx(1 - BASE_SHARE, abs=0.02)
