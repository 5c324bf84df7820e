"""Meshes of fields whose volume, area and topology are known in closed form."""

import numpy as np
import pytest
import shapes
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.meshing.build import build_mesh
from backend.meshing.field_grid import FieldGrid
from backend.meshing.preview import PREVIEW_TRIANGLES, preview_level, preview_mesh
from backend.meshing.solid import SolidSettings, make_solid
from backend.meshing.surface import SmoothSettings, march, smooth
from backend.meshing.topology import (
    count_edges,
    euler_number,
    part_of_triangle,
    signed_volumes,
    triangle_areas,
    vertex_normals,
)

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


def test_a_preview_that_is_too_rough_is_looked_at_more_coarsely():
    rough = np.random.default_rng(0).standard_normal((40, 40, 40))
    vertices, triangles, colours = preview_mesh(rough, np.zeros((40, 40, 40, 3), np.uint8), 0.0)
    assert 0 < len(triangles) <= PREVIEW_TRIANGLES and len(colours) == len(vertices)
    assert count_edges(triangles).closed


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
