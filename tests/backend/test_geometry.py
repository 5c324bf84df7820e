"""Inside, outside and how far: against shapes whose distance is known, whole, torn, turned and paper-thin."""

import math

import numpy as np
import pytest
import solids

from backend.geometry.distance import SurfaceDistance, triangle_distance
from backend.geometry.voxels import SHEET, voxelize
from backend.geometry.winding import WindingTree, solid_angles

RANDOM = np.random.default_rng(0)


def test_an_octant_is_an_eighth_of_the_sphere():
    octant = np.eye(3)[None]
    assert solid_angles(octant)[0] == pytest.approx(4 * np.pi / 8)
    assert solid_angles(octant[:, ::-1])[0] == pytest.approx(-4 * np.pi / 8)


def test_winding_is_one_inside_and_none_outside():
    vertices, triangles = solids.ball()
    points = RANDOM.uniform(-1, 1, (2000, 3))
    radius = np.linalg.norm(points, axis=1)
    points, radius = points[np.abs(radius - 0.6) > 0.03], radius[np.abs(radius - 0.6) > 0.03]
    winding = WindingTree(vertices[triangles])(points)
    np.testing.assert_allclose(winding, radius < 0.6, atol=0.06)  # what dipoles stand for is known to so much


def test_winding_of_few_triangles_is_exact():
    vertices, triangles = solids.box()
    points = RANDOM.uniform(-1, 1, (50, 3))
    exact = [solid_angles(vertices[triangles] - point).sum() / (4 * np.pi) for point in points]
    np.testing.assert_allclose(WindingTree(vertices[triangles])(points), exact, atol=0.05)


def test_distance_to_a_triangle_has_its_three_cases():
    triangle = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    points = np.array([[0.2, 0.2, 0.5], [0.5, -2, 0], [-3, -4, 0], [1, 1, 0]])
    found = triangle_distance(points, np.repeat(triangle[None], 4, axis=0))
    np.testing.assert_allclose(found, [0.5, 2, 5, np.sqrt(0.5)])


def test_distance_to_a_box():
    points = RANDOM.uniform(-1, 1, (3000, 3))
    exact = np.abs(solids.box_distance(points, np.array([0.5, 0.3, 0.2])))
    np.testing.assert_allclose(SurfaceDistance(*solids.box()).unsigned(points), exact, atol=1e-6)


@pytest.mark.parametrize("turned", [False, True], ids=["outwards", "inside out"])
def test_a_box_on_a_grid(turned):
    vertices, triangles = solids.box()
    grid = voxelize(vertices, triangles[:, ::-1] if turned else triangles, 40)
    exact = solids.box_distance(solids.grid_points(40), np.array([0.5, 0.3, 0.2]))
    near = np.abs(exact) < 0.1
    np.testing.assert_allclose(grid.surface[near], exact[near], atol=1e-5)
    np.testing.assert_allclose(grid.surface, exact, atol=2 / 39)  # farther away by whole voxels


def test_a_box_without_a_lid_is_still_a_solid():
    vertices, triangles = solids.box((1.0, 0.8, 0.5))
    corners = vertices[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    open_box = voxelize(vertices, triangles[normals[:, 2] <= 0], 48)
    volume = (open_box.surface > 0).mean() * 8
    assert volume == pytest.approx(1.0 * 0.8 * 0.5, rel=0.3)
    middle, above = open_box.surface[24, 24, 20], open_box.surface[24, 24, 40]
    assert middle > 0.1 and above < -0.2


def test_two_overlapping_shells_are_one_solid():
    first, second = solids.ball(0.4, (-0.2, 0, 0), 3), solids.ball(0.4, (0.2, 0, 0), 3)
    vertices = np.concatenate([first[0], second[0]])
    grid = voxelize(vertices, np.concatenate([first[1], second[1] + len(first[0])]), 40)
    points = solids.grid_points(40)
    union = np.maximum(*(0.4 - np.linalg.norm(points - [x, 0, 0], axis=-1) for x in (-0.2, 0.2)))
    clear = np.abs(union) > 0.03
    assert ((grid.surface > 0) == (union > 0))[clear].all()


def test_where_parts_touch_there_is_no_surface():
    upper, lower = solids.box((0.8, 0.8, 0.4), (0, 0, 0.2)), solids.box((0.4, 0.4, 0.6), (0, 0, -0.3))
    grid = voxelize(np.concatenate([upper[0], lower[0]]), np.concatenate([upper[1], lower[1] + len(upper[0])]), 65)
    z = np.linspace(-1, 1, 65)[20:39]  # from -0.375 to 0.1875 on the middle line; the faces that touch are at 0
    exact = np.where(z < 0, 0.2, np.minimum(0.4 - z, np.hypot(0.2, z)))
    np.testing.assert_allclose(grid.surface[32, 32, 20:39], exact, atol=2 / 64)


def sheet(height, side):
    """A level square, 1 m a side, on a grid of so many points a side."""
    vertices = np.array([[-0.5, -0.5, height], [0.5, -0.5, height], [0.5, 0.5, height], [-0.5, 0.5, height]])
    return voxelize(vertices, np.array([[0, 1, 2], [0, 2, 3]]), side).surface


def test_a_sheet_gets_a_thickness():
    surface = sheet(0.0, 129)
    assert surface[64, 64, 64] == pytest.approx(SHEET, abs=1e-3)
    assert surface[64, 64, 66] == pytest.approx(SHEET - 2 * 2 / 128, abs=1e-3)


@pytest.mark.parametrize("side", [32, 64, 128])
@pytest.mark.parametrize("shift", [0.0, 0.3, 0.5, 0.9])
def test_a_sheet_is_whole_wherever_it_lies_between_the_points(side, shift):
    step = 2 / (side - 1)
    solid = np.any(sheet(shift * step, side) > 0, axis=2)
    first, last = math.ceil(0.5 / step), math.floor(1.5 / step)
    assert np.all(solid[first : last + 1, first : last + 1])


def test_colours_are_those_of_the_nearest_place():
    vertices, triangles = solids.box()
    points = np.array([[-0.5, 0, 0], [0.5, 0, 0]])
    colours = np.array([[255, 0, 0], [0, 0, 255]], np.uint8)
    grid = voxelize(vertices, triangles, 24, points, colours)
    assert grid.albedo is not None
    np.testing.assert_allclose(grid.albedo[8, 12, 12], [1, 0, 0])
    np.testing.assert_allclose(grid.albedo[23, 12, 12], [0, 0, 1])
