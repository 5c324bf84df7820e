"""Meshes of fields whose volume, area and topology are known in closed form."""

import dataclasses

import numpy as np
import pytest
import shapes
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.meshing.build import MeshSettings, build_mesh
from backend.meshing.field_grid import FieldGrid
from backend.meshing.preview import preview_level, preview_mesh
from backend.meshing.solid import SolidSettings, make_solid
from backend.meshing.surface import SmoothSettings, march, smooth
from backend.meshing.threshold import find_level
from backend.meshing.topology import (
    count_edges,
    euler_number,
    part_of_triangle,
    signed_volumes,
    triangle_areas,
    vertex_normals,
)
from dreamfusion_blender.errors import EmptyField

X = shapes.points(64)
VOXEL = 2 / 63


def skin(surface, level=0.0, **solid):
    return march(make_solid(surface, level, SolidSettings(**solid)).surface)


def test_a_ball_has_its_volume_area_and_euler_number():
    vertices, triangles = skin(shapes.ball(X, 0.7))
    assert signed_volumes(vertices, triangles).sum() == pytest.approx(4 / 3 * np.pi * 0.7**3, rel=0.01)
    assert triangle_areas(vertices, triangles).sum() == pytest.approx(4 * np.pi * 0.7**2, rel=0.01)
    assert euler_number(triangles) == 2
    assert count_edges(triangles).closed


def test_a_torus_has_its_volume_area_and_euler_number():
    ring, tube = 0.6, 0.25
    vertices, triangles = skin(shapes.torus(X, ring, tube))
    assert signed_volumes(vertices, triangles).sum() == pytest.approx(2 * np.pi**2 * ring * tube**2, rel=0.02)
    assert triangle_areas(vertices, triangles).sum() == pytest.approx(4 * np.pi**2 * ring * tube, rel=0.01)
    assert euler_number(triangles) == 0
    assert count_edges(triangles).closed


def test_a_surface_that_reaches_the_grid_s_end_is_closed_there():
    vertices, triangles = skin(np.ones((16, 16, 16), np.float32))
    assert count_edges(triangles).closed
    assert np.abs(vertices).max() <= 1


def test_normals_of_a_ball_point_away_from_its_centre():
    vertices, triangles = skin(shapes.ball(X, 0.7))
    away = vertices / np.linalg.norm(vertices, axis=1, keepdims=True)
    assert (np.einsum("vi,vi->v", vertex_normals(vertices, triangles), away) > 0.98).all()


def test_smoothing_takes_the_staircase_and_keeps_the_volume():
    """Of a ball known only as inside or outside, every vertex is off by up to a voxel; smoothed, by far less."""
    steps = np.where(shapes.ball(X, 0.7) > 0, 1.0, -1.0).astype(np.float32)
    vertices, triangles = skin(steps)
    calm = smooth(vertices, triangles)
    before, after = (np.linalg.norm(each, axis=1) for each in (vertices, calm))
    assert after.std() < 0.6 * before.std()
    ratio = signed_volumes(calm, triangles).sum() / signed_volumes(vertices, triangles).sum()
    assert ratio == pytest.approx(1, abs=0.005)


def test_plain_diffusion_would_have_shrunk_it():
    """What Taubin's second step is for: with no swelling the same ball loses volume."""
    vertices, triangles = skin(shapes.ball(X, 0.3))
    volumes = [
        signed_volumes(smooth(vertices, triangles, SmoothSettings(30, 0.5, band)), triangles).sum()
        for band in (0.1, -1e6)  # a pass band of minus infinity makes the swelling step zero
    ]
    true = 4 / 3 * np.pi * 0.3**3
    assert volumes[0] == pytest.approx(true, rel=0.02)
    assert volumes[1] < 0.9 * true


def test_a_cavity_is_filled():
    hollow = np.minimum(shapes.ball(X, 0.8), -shapes.ball(X, 0.5))
    solid = make_solid(hollow, 0.0)
    vertices, triangles = march(solid.surface)
    assert solid.cavity_voxels_filled > 0
    assert part_of_triangle(triangles, len(vertices))[0] == 1
    assert signed_volumes(vertices, triangles).sum() == pytest.approx(4 / 3 * np.pi * 0.8**3, rel=0.01)


def test_a_cavity_behind_a_crack_is_filled_but_a_mug_stays_open():
    hollow = np.minimum(shapes.ball(X, 0.8), -shapes.ball(X, 0.5))
    crack = shapes.box(X, (0.02, 0.02, 0.5), (0, 0, 0.6))
    cracked = np.minimum(hollow, -crack)
    filled = signed_volumes(*skin(cracked)).sum()
    assert filled == pytest.approx(4 / 3 * np.pi * 0.8**3, rel=0.03)
    mug = np.minimum(hollow, -shapes.box(X, (0.35, 0.35, 0.5), (0, 0, 0.6)))
    assert make_solid(mug, 0.0).cavity_voxels_filled == 0


def test_a_crumb_goes_and_what_it_was_is_counted():
    crumb = np.maximum(shapes.ball(X, 0.5), shapes.ball(X, 0.06, (0, 0, 0.8)))
    solid = make_solid(crumb, 0.0)
    vertices, triangles = march(solid.surface)
    assert solid.islands_removed == 1
    assert part_of_triangle(triangles, len(vertices))[0] == 1


def test_parts_that_matter_stay_although_they_float():
    """A rotor above its helicopter: thin, but long; a second ball: compact, but not small."""
    rotor = shapes.box(X, (0.7, 0.04, 0.04), (0, 0, 0.6))
    second = shapes.ball(X, 0.2, (0.75, 0, 0))
    solid = make_solid(np.max([shapes.ball(X, 0.45), rotor, second], axis=0), 0.0)
    assert solid.parts == 3
    assert solid.islands_removed == 0


def test_a_crumb_in_a_cavity_leaves_no_inner_shell():
    nested = np.maximum(np.minimum(shapes.ball(X, 0.8), -shapes.ball(X, 0.5)), shapes.ball(X, 0.2))
    vertices, triangles = skin(nested)
    assert part_of_triangle(triangles, len(vertices))[0] == 1


def test_thin_legs_survive_smoothing_and_decimation():
    x = shapes.points(96)
    mesh = build_mesh(shapes.grid(shapes.table(x)), 1000)
    assert count_edges(mesh.triangles).closed
    assert mesh.vertices[:, 2].min() == pytest.approx(-0.6, abs=0.04)
    corners = np.sign(mesh.vertices[mesh.vertices[:, 2] < -0.5][:, :2])
    assert len(np.unique(corners, axis=0)) == 4


@pytest.mark.parametrize("offset", [-0.08, 0.0, 0.08])
def test_the_level_is_found_where_the_rendered_surface_is(offset):
    """A very dense field is opaque as soon as its density rises: the level is the shell's, wherever that lies."""
    ball = shapes.ball(X, 0.6)
    field = shapes.grid(ball + offset, density_scale=2000.0, beta=0.005)
    search = find_level(field)
    # A density of 1/m per voxel's length is about where light is lost within a voxel.
    radius = 0.6 + offset - search.level
    opaque_at = 0.005 * np.log(2000.0 * VOXEL / np.log(2) - 1)
    assert radius == pytest.approx(0.6 + offset + opaque_at, abs=0.5 * VOXEL)
    assert search.silhouette_iou > 0.95
    assert search.depth_error < 0.5 * VOXEL


def test_the_level_of_a_soft_field_lies_between_its_depths_and_its_silhouettes():
    """Fog looks larger from the side, where rays stay in it for long, than from the front; the level weighs both."""
    field = shapes.grid(shapes.ball(X, 0.6), density_scale=40.0, beta=0.04)
    along = np.linspace(-1, 1, 2001)

    def light_left(offset):
        radii = np.hypot(offset, along).astype(np.float32)
        return np.exp(-np.cumsum(field.density(0.6 - radii)) * (along[1] - along[0]))

    front = -along[np.argmax(light_left(0.0) < 0.5)]
    side = next(offset for offset in np.linspace(0.3, 0.9, 601) if light_left(offset)[-1] > 0.5)
    assert front < 0.6 - find_level(field).level < side


def test_the_level_does_not_depend_on_the_field_s_units():
    soft = shapes.grid(shapes.ball(X, 0.6), beta=0.02)
    scaled = dataclasses.replace(soft, surface=soft.surface * 3, beta=soft.beta * 3)
    assert find_level(scaled).level == pytest.approx(3 * find_level(soft).level, abs=0.02)


def test_an_empty_field_says_why():
    fog = shapes.grid(np.full((32, 32, 32), -1.0, np.float32), density_scale=10.0, beta=0.3)
    with pytest.raises(EmptyField, match=r"lets \d+% of the light through.*another seed"):
        build_mesh(fog, 1000)


def test_a_level_above_everything_says_why():
    with pytest.raises(EmptyField, match=r"cut at 0\.9"):
        build_mesh(shapes.grid(shapes.ball(X, 0.6)), 1000, MeshSettings(level=0.9))


def test_what_lies_outside_the_unit_sphere_is_left_out():
    corners = np.maximum(shapes.ball(X, 0.5), 0.3 - np.linalg.norm(np.abs(X) - 1, axis=-1))
    mesh = build_mesh(shapes.grid(corners), 5000)
    assert np.linalg.norm(mesh.vertices, axis=1).max() < 0.6


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**16), roughness=st.floats(0.0, 0.08), budget=st.integers(300, 4000))
def test_rough_fields_give_closed_meshes_within_the_budget(seed, roughness, budget):
    """Noise of a voxel's size makes handles, pinches and crumbs; nothing of it may open the mesh."""
    rng = np.random.default_rng(seed)
    x = shapes.points(40)
    noise = rng.standard_normal(x.shape[:3]).astype(np.float32)
    mesh = build_mesh(shapes.grid(shapes.torus(x, 0.5, 0.2) + roughness * noise), budget)
    assert count_edges(mesh.triangles).closed
    assert len(mesh.triangles) <= budget
    parts, part = part_of_triangle(mesh.triangles, len(mesh.vertices))
    assert (np.bincount(part, signed_volumes(mesh.vertices, mesh.triangles), parts) > 0).all()


def test_what_is_too_rough_for_the_budget_is_looked_at_more_coarsely():
    rng = np.random.default_rng(1)
    coral = shapes.ball(X, 0.6) + 0.15 * rng.standard_normal(X.shape[:3]).astype(np.float32)
    mesh = build_mesh(shapes.grid(coral), 100)
    assert mesh.solid.surface.shape[0] < 64
    assert len(mesh.triangles) <= 100
    assert count_edges(mesh.triangles).closed


def test_a_preview_has_the_colours_of_the_surface():
    albedo = np.where((X[..., :1] > 0), np.array(shapes.RED), np.array(shapes.BLUE)).astype(np.uint8)
    field = shapes.grid(shapes.ball(X, 0.6), albedo)
    level = preview_level(field.surface, field.density_scale, field.beta)
    vertices, triangles, colours = preview_mesh(field.surface, albedo, level)
    assert count_edges(triangles).closed
    assert (vertices.dtype, triangles.dtype, colours.dtype) == (np.float32, np.int32, np.uint8)
    sides = np.abs(vertices[:, 0]) > 2 * VOXEL
    expected = np.where(vertices[:, :1] > 0, np.array(shapes.RED), np.array(shapes.BLUE))
    np.testing.assert_array_equal(colours[sides], expected[sides])


def test_a_preview_of_nothing_is_empty():
    vertices, triangles, colours = preview_mesh(np.full((24, 24, 24), -1.0), np.zeros((24, 24, 24, 3), np.uint8), 0.0)
    assert vertices.shape == colours.shape == (0, 3) and triangles.shape == (0, 3)


def test_fields_are_read_as_written(tmp_path):
    field = shapes.grid(shapes.ball(X, 0.6))
    shapes.save(field, tmp_path / "field.npz")
    read = FieldGrid.load(tmp_path / "field.npz")
    np.testing.assert_allclose(read.surface, field.surface, atol=1e-3)
    np.testing.assert_array_equal(read.albedo, field.albedo)
    assert (read.density_scale, read.beta) == pytest.approx((field.density_scale, field.beta))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"beta": 0.0}, "no usable field"),
        ({"surface": np.full((16, 16, 16), np.nan)}, "not finite"),
        ({"surface": np.zeros((16, 16, 8))}, "holds grids of"),
        ({"version": 2}, "newer"),
    ],
)
def test_what_is_no_field_is_refused(tmp_path, change, words):
    whole = {
        "surface": np.zeros((16, 16, 16)), "albedo": np.zeros((16, 16, 16, 3)),
        "density_scale": 1.0, "beta": 1.0, "version": 1,
    }  # fmt: skip
    np.savez(tmp_path / "field.npz", **{**whole, **change})
    with pytest.raises(ValueError, match=words):
        FieldGrid.load(tmp_path / "field.npz")
    np.savez(tmp_path / "field.npz", surface=whole["surface"])
    with pytest.raises(ValueError, match="lacks albedo"):
        FieldGrid.load(tmp_path / "field.npz")
