"""Decimation keeps meshes closed; touching sheets are taken apart on the right side."""

import numpy as np
import pytest
import shapes

from backend.meshing.decimate import decimate, drop_fins, part_sheets, split_double_edges
from backend.meshing.solid import make_solid
from backend.meshing.surface import march
from backend.meshing.topology import count_edges, euler_number, part_of_triangle, signed_volumes

CUBE_CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float32)
CUBE = np.array(
    [[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4],
     [1, 5, 7], [1, 7, 3]], np.int32,
)  # fmt: skip


def cubes(*offsets):
    """Unit cubes whose corners are shared where they coincide."""
    corners = np.concatenate([CUBE_CORNERS + np.array(offset, np.float32) for offset in offsets])
    vertices, index = np.unique(corners, axis=0, return_inverse=True)
    triangles = np.concatenate([CUBE + 8 * number for number in range(len(offsets))])
    return vertices, index.reshape(-1)[triangles].astype(np.int32)


@pytest.mark.parametrize("budget", [8000, 1000, 100])
def test_a_ball_is_lightened_without_losing_volume(budget):
    vertices, triangles = march(make_solid(shapes.ball(shapes.points(64), 0.7), 0.0).surface)
    lighter, fewer = decimate(vertices, triangles, budget)
    assert len(fewer) <= budget
    assert count_edges(fewer).closed
    assert euler_number(fewer) == 2
    ratio = signed_volumes(lighter, fewer).sum() / signed_volumes(vertices, triangles).sum()
    assert ratio == pytest.approx(1, abs=0.05 if budget == 100 else 0.01)


def test_a_mesh_within_the_budget_is_left_alone():
    vertices, triangles = cubes((0, 0, 0))
    lighter, fewer = decimate(vertices, triangles, 100)
    assert len(fewer) == 12
    assert signed_volumes(lighter, fewer).sum() == pytest.approx(1)


@pytest.mark.parametrize("other", [(1, 1, 0), (1, -1, 0), (0, 1, 1), (-1, 0, 1), (1, 1, 1)])
def test_solids_that_touch_at_an_edge_or_a_corner_are_taken_apart(other):
    vertices, triangles = cubes((0, 0, 0), other)
    apart, parted = part_sheets(vertices, triangles)
    assert count_edges(parted).closed
    parts, part = part_of_triangle(parted, len(apart))
    np.testing.assert_allclose(np.bincount(part, signed_volumes(apart, parted), parts), [1, 1], rtol=1e-6)


def test_two_edges_between_the_same_vertices_get_one_more_vertex():
    """Two cubes touch along an edge, and a floor and a ceiling join them: one part, two edges."""
    floor_and_ceiling = [(x, y, z) for x, y in ((0, 0), (1, 0), (1, 1)) for z in (-1, 1)]
    vertices, triangles = cubes((0, 0, 0), (1, 1, 0), *floor_and_ceiling)
    triangles = drop_fins(triangles)  # the faces between neighbours
    vertices, triangles = part_sheets(vertices, triangles)
    assert count_edges(triangles).crowded == 1
    vertices, triangles = split_double_edges(vertices, triangles)
    assert count_edges(triangles).closed
    assert euler_number(triangles) == 0  # the gap in the fourth corner is a handle
    assert signed_volumes(vertices, triangles).sum() == pytest.approx(8)


def test_fins_are_dropped():
    _, triangles = cubes((0, 0, 0))
    fins = np.concatenate([triangles, [[0, 3, 5], [5, 3, 0]]]).astype(np.int32)
    assert len(drop_fins(fins)) == 12


def test_an_open_mesh_is_refused():
    vertices, triangles = cubes((0, 0, 0))
    with pytest.raises(ValueError, match="boundary=3"):
        decimate(vertices, triangles[1:], 100)
