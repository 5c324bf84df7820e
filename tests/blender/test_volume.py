"""The room that is drawn is the room that the job has: as its inputs say, and as its result fills it."""

from __future__ import annotations

import math
import time

import bpy
import extension
import numpy as np
import pytest
from test_refine import add_box, add_mesh, only_job, with_backend, world_corners  # noqa: F401  # a fixture

ARROW = 3  # lines, the last ones


def lines():
    bpy.context.view_layer.update()
    return extension.part("operators.volume").volume_lines(bpy.context)


def room(drawn):
    """The corners of what is drawn, without the arrow; and where that points from and to."""
    start, tip = drawn[-ARROW]
    return drawn[:-ARROW].reshape(-1, 3), start, tip


def add_front(scene, location=(1.0, 2.0, 3.0), turned=90.0, scale=2.0):
    bpy.ops.dreamfusion.add_front()
    front = scene.dreamfusion_shape.front
    front.location, front.scale, front.rotation_euler = location, [scale] * 3, (0, 0, math.radians(turned))
    return front


def test_nothing_is_drawn_until_something_says_where(scene):
    assert scene.dreamfusion_shape.volume == "auto" and lines() is None
    add_front(scene)
    assert lines() is not None
    scene.dreamfusion_shape.volume = "off"
    assert lines() is None
    scene.dreamfusion_shape.volume = "refine"
    bpy.context.view_layer.objects.active = None
    assert lines() is None
    add_box(size=(1.0, 1.0, 0.0)).scale = (1, 1, 0)  # which the button refuses
    assert lines() is None


def test_without_guides_it_is_a_box_on_the_cursor_that_faces_the_front(scene):
    scene.cursor.location, scene.dreamfusion.size, scene.dreamfusion_shape.volume = (3, 4, 5), 2.0, "generate"
    corners, start, tip = room(lines())
    np.testing.assert_allclose([corners.min(axis=0), corners.max(axis=0)], [(2, 3, 5), (4, 5, 7)], atol=1e-6)
    assert len(corners) == 24  # twelve edges
    np.testing.assert_allclose(start, (3, 3, 5), atol=1e-6)
    assert tip[1] < start[1] and tip[0] == start[0] and tip[2] == start[2]


def test_proportions_are_those_of_the_box(scene):
    shape = scene.dreamfusion_shape
    shape.volume, shape.use_ratio, shape.ratio = "generate", True, (1.0, 2.0, 0.5)
    corners, _, _ = room(lines())
    np.testing.assert_allclose(np.ptp(corners, axis=0), (0.5, 1.0, 0.25), atol=1e-6)


def test_the_result_of_a_front_marker_stands_in_the_box(scene):
    add_front(scene)
    corners, start, tip = room(lines())
    # Its front, −Y turned by a quarter, is +X.
    np.testing.assert_allclose((tip - start) / np.linalg.norm(tip - start), (1, 0, 0), atol=1e-6)
    bpy.ops.dreamfusion.generate(prompt="a red mug")
    made = world_corners(bpy.context.view_layer.objects.active)
    np.testing.assert_allclose(made.min(axis=0), corners.min(axis=0), atol=1e-5)
    np.testing.assert_allclose(made.max(axis=0), corners.max(axis=0), atol=1e-5)


def test_a_front_marker_that_was_deleted_counts_no_longer(scene):
    front = add_front(scene)
    bpy.ops.object.select_all(action="DESELECT")
    front.select_set(True)
    bpy.ops.object.delete()
    assert scene.dreamfusion_shape.front is not None and lines() is None
    bpy.ops.dreamfusion.generate(prompt="a red mug")
    assert tuple(bpy.context.view_layer.objects.active.location) == tuple(scene.cursor.location) == (0, 0, 0)


@pytest.mark.parametrize("turned", [0.0, 30.0])
def test_with_guides_it_is_the_ball_of_the_field(scene, tmp_path, turned):
    shape = scene.dreamfusion_shape
    for kind, place in (("may", (3, 0, 1)), ("must", (4, 1, 1))):
        guides = bpy.data.collections.new(kind)
        scene.collection.children.link(guides)
        box = add_box(kind, (2.0, 1.0, 4.0))
        guides.objects.link(box)
        box.location, box.rotation_euler = place, (0, 0.3, 0)
        box.modifiers.new("Array", "ARRAY").count = 2
        setattr(shape, kind, guides)
    if turned:
        add_front(scene, (10, 0, 0), turned)
    check_ball(lines(), tmp_path, bpy.ops.dreamfusion.generate)


def test_for_refine_it_is_the_ball_around_the_active_object(scene, tmp_path):
    table = add_box("Table", (2.0, 1.0, 1.0))
    table.location, table.scale, table.rotation_euler = (1, 2, 3), (1, 2, 1), (0.2, 0, 0.7)
    scene.dreamfusion_shape.volume = "refine"
    before = lines()
    table.data.vertices[0].co.x -= 1
    table.data.update()
    assert abs(lines() - before).max() > 0.1  # no picture of yesterday
    check_ball(lines(), tmp_path, bpy.ops.dreamfusion.refine)


def test_another_shape_in_the_same_bounds_is_noticed(scene):
    table = add_box("Table", (2.0, 2.0, 2.0))
    scene.dreamfusion_shape.volume = "refine"
    before = lines()
    table.data = add_octahedron().data
    bpy.context.view_layer.objects.active = table
    assert np.ptp(lines(), axis=(0, 1)).max() < 0.7 * np.ptp(before, axis=(0, 1)).max()


def add_octahedron():
    tips = [tuple(sign * (axis == i) for i in range(3)) for axis in range(3) for sign in (-1, 1)]
    return add_mesh("Octahedron", tips, [(a, b, c) for a in (0, 1) for b in (2, 3) for c in (4, 5)])


def test_what_stays_as_it_is_is_not_read_again(scene):
    """A redraw costs the same whatever the objects hold."""
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=500, y_subdivisions=500)
    scene.dreamfusion_shape.volume = "refine"
    bpy.context.view_layer.update()
    spans = []
    for _ in range(5):
        began = time.process_time()
        assert extension.part("operators.volume").volume_lines(bpy.context) is not None
        spans.append(time.process_time() - began)
    assert min(spans[1:]) < spans[0] / 10, spans


def check_ball(drawn, tmp_path, operator):
    operator(prompt="a red mug")
    _, inputs = only_job(tmp_path)
    place = inputs.placement
    corners, start, tip = room(drawn)
    in_frame = (corners - place.frame[:3, 3]) @ place.frame[:3, :3]
    np.testing.assert_allclose(np.linalg.norm(place.to_field(in_frame), axis=1), 1, atol=1e-5)
    assert np.linalg.matrix_rank(in_frame - in_frame.mean(axis=0)) == 3
    np.testing.assert_allclose((start - tip) @ place.frame[:3, 1], np.linalg.norm(start - tip), atol=1e-5)


def test_in_the_background_nothing_is_asked_of_a_gpu(installed):
    assert bpy.app.background and extension.part("panels.volume_overlay")._handles == []
