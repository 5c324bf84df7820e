"""The field on other grids, and a mesh that is its own mirror image."""

from __future__ import annotations

import numpy as np
import pytest
import shapes
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from backend.meshing.build import MeshSettings, build_mesh
from backend.meshing.mirror import kept_apart
from backend.meshing.resample import mirrored, resampled
from backend.meshing.ripples import RippleSettings
from backend.meshing.surface import SmoothSettings
from backend.meshing.topology import count_edges
from backend.texturing import bake
from backend.unwrapping import unwrap
from dreamfusion_blender.errors import EmptyField


def vertex_set(vertices):
    return {tuple(place) for place in (np.round(vertices.astype(np.float64), 4) + 0.0).tolist()}


def lopsided(x):
    """A ball right of the middle and a post on its left: x = 0 is nobody's plane of symmetry."""
    return np.maximum(shapes.ball(x, 0.45, (0.2, 0, 0)), shapes.box(x, (0.1, 0.1, 0.6), (-0.35, 0.1, 0.1)))


def test_more_points_lie_on_the_same_smooth_function():
    """A quadratic is its own cubic spline, away from the cube's ends."""
    fine = resampled(1 - (shapes.points(33) ** 2).sum(axis=-1), 65)
    inner = slice(8, -8)
    wanted = 1 - (shapes.points(65) ** 2).sum(axis=-1)
    np.testing.assert_allclose(fine[inner, inner, inner], wanted[inner, inner, inner], atol=2e-3)
    assert resampled(fine, 65) is fine


def test_a_finer_grid_cuts_a_ball_more_truly():
    """The stored ball has 33 points a side; the mesh's distances from its centre scatter less on 97."""
    field = shapes.grid(shapes.ball(shapes.points(33), 0.6))

    def scatter(resolution):
        settings = MeshSettings(level=0.0, resolution=resolution)
        return np.linalg.norm(build_mesh(field, 200_000, settings).vertices, axis=1).std()

    assert scatter(97) < 0.7 * scatter(None)


def test_a_coarser_grid_keeps_a_thin_disc_whole():
    x = shapes.points(65)
    disc = np.minimum(shapes.ball(x, 0.7), 0.05 - np.abs(x[..., 2]))
    mesh = build_mesh(shapes.grid(disc), 5000, MeshSettings(level=-0.01, resolution=40))
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    assert (high - low)[:2] == pytest.approx([1.4, 1.4], abs=0.1)
    assert mesh.solid.parts == 1


@pytest.mark.parametrize("keep", ["left", "right"])
def test_the_kept_half_of_a_field_is_itself_and_the_other_its_image(keep):
    x = shapes.points(41)
    albedo = np.where(x[..., :1] < 0.1, shapes.RED, shapes.BLUE).astype(np.uint8)
    field = mirrored(shapes.grid(lopsided(x), albedo), 0.1, keep)
    np.testing.assert_array_equal(field.surface, field.surface[::-1])
    wanted = shapes.RED if keep == "left" else shapes.BLUE
    np.testing.assert_array_equal(field.albedo[0, 0, 0], wanted)
    np.testing.assert_array_equal(field.albedo[-1, 0, 0], wanted)
    # A plane of the kept half, moved by the mirror's place: 0.1 is two points of this grid.
    index = 20 - 6 if keep == "left" else 20 + 6
    source = index + 2
    np.testing.assert_allclose(field.surface[index], shapes.grid(lopsided(x)).surface[source], atol=1e-5)


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 2**16),
    keep=st.sampled_from(["left", "right"]),
    budget=st.sampled_from([300, 2000, 100_000]),
    resolution=st.sampled_from([None, 30, 57]),
)
def test_symmetric_meshes_are_closed_within_budget_and_their_own_image(seed, keep, budget, resolution):
    noise = gaussian_filter(np.random.default_rng(seed).standard_normal((40,) * 3), 1.5)
    field = shapes.grid(lopsided(shapes.points(40)) + 0.2 * noise)
    mesh = build_mesh(field, budget, MeshSettings(symmetry=keep, resolution=resolution))
    assert count_edges(mesh.triangles).closed
    assert len(mesh.triangles) <= budget
    here, there = vertex_set(mesh.vertices), vertex_set(mesh.vertices * np.array([-1, 1, 1], np.float32))
    # All but the places that had to be mended, and roundings at the fourth digit.
    assert len(here & there) > 0.97 * len(here)
    assert mesh.vertices[:, 0].min() == pytest.approx(-mesh.vertices[:, 0].max(), abs=1e-4)


def test_the_colours_of_a_mirrored_mesh_are_the_kept_half_s():
    x = shapes.points(40)
    albedo = np.where(x[..., :1] < 0, shapes.RED, shapes.BLUE).astype(np.uint8)
    mesh = build_mesh(shapes.grid(shapes.ball(x, 0.6), albedo), 1000, MeshSettings(symmetry="left"))
    uvs = unwrap(mesh.vertices, mesh.triangles, mesh.normals, 64, 2)
    texture = bake(mesh.grid, mesh.vertices, mesh.triangles, mesh.normals, uvs, 64)
    # The seam mixes both sides of the plane, over a point of the grid.
    assert (np.abs(texture.astype(int) - shapes.RED).max(axis=-1) < 8).mean() > 0.9


def test_the_offset_moves_the_surface_by_metres_and_leaves_what_was_found():
    """A ball's field is its distance: 0.1 more is 0.1 further in."""
    field = shapes.grid(shapes.ball(shapes.points(48), 0.6))
    plain, thin = (build_mesh(field, 4000, MeshSettings(offset=offset)) for offset in (0.0, 0.1))
    assert plain.search is not None and thin.search is not None
    assert thin.search.level == plain.search.level == plain.level
    radii = [np.linalg.norm(each.vertices, axis=1).mean() for each in (plain, thin)]
    assert radii[0] - radii[1] == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("symmetry", ["none", "left"])
def test_a_threshold_that_leaves_nothing_says_which_would_do(symmetry):
    field = shapes.grid(shapes.ball(shapes.points(32), 0.5))
    with pytest.raises(EmptyField, match=r"choose a threshold below 0\.\d+"):
        build_mesh(field, 1000, MeshSettings(offset=1.5, symmetry=symmetry))


def test_nothing_that_is_smoothed_crosses_the_mirror():
    before = np.array([[-0.1, 0, 0], [0, 1, 1], [0.2, 0, 0], [-0.3, 2, 2]], np.float32)
    moved = np.array([[0.05, 1, 0], [0.01, 1, 1], [-0.3, 0, 0], [-0.2, 2, 3]], np.float32)
    np.testing.assert_allclose(kept_apart(moved, before), [[0, 1, 0], [0, 1, 1], [0, 0, 0], [-0.2, 2, 3]])


def test_no_smoothing_leaves_marching_cubes_places():
    field = shapes.grid(shapes.ball(shapes.points(32), 0.5))
    rough = MeshSettings(level=0.0, smooth=SmoothSettings(iterations=0), ripples=RippleSettings(rounds=0))
    vertices = build_mesh(field, 100_000, rough).vertices
    # Each vertex lies on an edge of the grid: two of its coordinates are whole numbers of points.
    index = (vertices + 1) * 15.5
    whole = np.abs(index - np.rint(index)) < 1e-3
    assert (whole.sum(axis=1) >= 2).all()
