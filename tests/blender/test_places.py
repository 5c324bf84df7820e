"""Where new objects stand, and what hides them there."""

from __future__ import annotations

import bpy
import extension
import pytest
from test_panels import drawn


@pytest.fixture
def places():
    return extension.part("operators.places")


def test_a_second_object_does_not_grow_inside_the_first(mug, scene, places):
    assert places.at_cursor(1.0, bpy.context) == (1.25, 0.0, 0.0)
    scene.cursor.location = (0.0, 5.0, 0.0)
    assert places.at_cursor(1.0, bpy.context) == (0.0, 5.0, 0.0)


def test_the_cube_of_a_new_file_hides_what_grows_at_the_origin(scene, places):
    bpy.ops.mesh.primitive_cube_add(size=2)
    cube = bpy.context.object
    bpy.ops.mesh.primitive_cube_add(size=30)  # a room
    bpy.context.view_layer.update()
    origin = (0.0, 0.0, 0.0)
    assert places.enclosing(origin, 1.0, bpy.context) == cube
    assert places.enclosing((3.0, 0.0, 0.0), 1.0, bpy.context) is None
    cube.display_type = "WIRE"
    assert places.enclosing(origin, 1.0, bpy.context) is None
    cube.display_type = "TEXTURED"
    cube.hide_set(True)
    assert places.enclosing(origin, 1.0, bpy.context) is None


def test_a_result_is_announced_until_it_is_selected(fake_backend, scene):
    session = extension.part("operators.session").session
    bpy.ops.dreamfusion.generate(prompt="a red mug")
    mug = scene.objects[0]
    (job,) = extension.all_jobs()
    session.has_come(job)
    bpy.ops.mesh.primitive_cube_add()
    assert drawn("generate")[-2:] == ["Finished, in the scene: a red mug", "dreamfusion.select_result"]
    assert bpy.ops.dreamfusion.select_result(job=job.id) == {"FINISHED"}
    assert bpy.context.object == mug and session.arrived is None
    assert drawn("generate")[-1] == "dreamfusion.start"
    mug.hide_set(True)
    assert bpy.ops.dreamfusion.select_result(job=job.id) == {"CANCELLED"}
