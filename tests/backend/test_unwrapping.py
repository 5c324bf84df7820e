"""UVs never lie on one another, however rough the mesh: what xatlas folds over itself is mended."""

from typing import Any

import numpy as np
import pytest
import shapes
from scipy.ndimage import gaussian_filter

from backend.meshing.decimate import decimate
from backend.meshing.surface import march
from backend.meshing.topology import vertex_normals
from backend.unwrapping import charts, unwrap
from backend.uvs import overlapping_triangles, texel_owners

SIZE, PADDING = 512, 4
SEEDS = range(12, 28)
Mesh = tuple[Any, Any, Any]


def rough_ring(seed) -> Mesh:
    """A ring full of bumps, holes and crumbs, on very few triangles: vertices, triangles, normals."""
    x = shapes.points(32)
    noise = gaussian_filter(np.random.default_rng(seed).standard_normal(x.shape[:3]), 1.0)
    signed = shapes.torus(x, 0.55, 0.15) + 0.15 * noise / noise.std()
    vertices, triangles = decimate(*march(np.minimum(signed, 0.9 - np.abs(x).max(axis=-1))), 400)
    return vertices, triangles, vertex_normals(vertices, triangles)


def as_xatlas_makes_them(mesh: Mesh):
    return charts(*mesh, np.zeros(len(mesh[1]), np.int64), SIZE, PADDING)


@pytest.fixture(scope="module")
def folded() -> list[Mesh]:
    """Meshes of which xatlas alone folds a chart over itself."""
    rings = [rough_ring(seed) for seed in SEEDS]
    found = [mesh for mesh in rings if texel_owners(as_xatlas_makes_them(mesh)).max() > 1]
    assert found, "nothing here needs mending"
    return found


@pytest.mark.parametrize("regroupings", [3, 0])
def test_folds_are_mended_by_charts_of_their_own(folded: list[Mesh], regroupings):
    """Charted with one another, or, when that is not tried at all, each for itself."""
    for mesh in folded:
        mended = unwrap(*mesh, SIZE, PADDING, regroupings)
        assert texel_owners(mended).max() == 1
        assert mended.min() >= 0 and mended.max() <= 1
        assert (areas(mended) > 0).all(), "every triangle has its part of the texture"


@pytest.mark.parametrize("seed", SEEDS)
def test_rough_meshes_never_overlap(seed):
    mesh = rough_ring(seed)
    assert texel_owners(unwrap(*mesh, SIZE, PADDING)).max() == 1


def test_a_mesh_that_does_not_fold_is_left_as_xatlas_makes_it():
    vertices, triangles = march(shapes.ball(shapes.points(32), 0.6))
    mesh: Mesh = (vertices, triangles, vertex_normals(vertices, triangles))
    np.testing.assert_array_equal(unwrap(*mesh, SIZE, PADDING), as_xatlas_makes_them(mesh))


def test_a_chart_for_each_triangle_never_overlaps():
    """What the mending ends with."""
    mesh = rough_ring(SEEDS[0])
    apart = charts(*mesh, np.arange(len(mesh[1])), SIZE, PADDING)
    assert texel_owners(apart).max() == 1
    assert texel_owners(apart).mean() > 0.1


def test_those_that_share_texels_are_named_and_neighbours_are_not():
    square = np.array([[[0, 0], [0.5, 0], [0, 0.5]], [[0.5, 0], [0.5, 0.5], [0, 0.5]]], np.float32)
    assert not overlapping_triangles(square).any()
    above = np.array([[[0.3, 0.3], [0.9, 0.3], [0.9, 0.9]], [[0.6, 0.1], [0.9, 0.1], [0.9, 0.2]]], np.float32)
    assert overlapping_triangles(np.concatenate([square, above])).tolist() == [False, True, True, False]


def areas(corner_uvs):
    first, second = (corner_uvs[:, corner] - corner_uvs[:, 0] for corner in (1, 2))
    return np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
