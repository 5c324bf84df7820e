"""What goes from a solid before it becomes a mesh, and what stays."""

import numpy as np
import pytest
import shapes
from test_meshing import X, skin

from backend.meshing.build import build_mesh
from backend.meshing.solid import SolidSettings, make_solid
from backend.meshing.surface import march
from backend.meshing.topology import count_edges, part_of_triangle, signed_volumes


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


@pytest.mark.parametrize(("width", "is_closed"), [(4, True), (5, False)])
def test_cracks_are_closed_up_to_the_width_that_is_said(width, is_closed):
    hollow = np.full((48, 48, 48), -1.0, np.float32)
    hollow[8:40, 8:40, 8:40] = 1.0
    hollow[14:34, 14:34, 14:34] = -1.0
    hollow[14:34, 20 : 20 + width, 30:] = -1.0  # a slit through the lid
    filled = make_solid(hollow, 0.0, SolidSettings(crack_width=4)).cavity_voxels_filled
    assert filled > 0.9 * 20**3 if is_closed else filled == 0  # but for corners, which diamonds do not reach


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


def test_crumbs_do_not_make_the_whole_larger_that_a_part_is_measured_by():
    ball, rod = shapes.ball(X, 0.4), shapes.box(X, (0.03, 0.03, 0.12), (0, 0, 0.6))
    specks = [shapes.ball(X, 0.05, (side * 0.9, 0, 0)) for side in (-1, 1)]
    solid = make_solid(np.max([ball, rod, *specks], axis=0), 0.0)
    assert (solid.parts, solid.islands_removed) == (2, 2)


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
