"""The object that takes shape: made once, updated in place, the user's own in everything but its mesh."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from extension import finish, grow, is_asset, part, pump_until, start_job
from samples import ENDLESS


def test_the_object_stands_at_the_cursor_named_after_the_prompt_and_grows_in_place(session, timer, live):
    assert tuple(live.location) == (1, 2, 3) and live.name == "a red mug" and live.select_get()
    uid, mesh = live.session_uid, live.data.session_uid
    grow(session, timer, live)
    assert (live.session_uid, live.data.session_uid, len(bpy.data.objects)) == (uid, mesh, 1)
    corners = np.array(live.bound_box)
    assert np.ptp(corners, axis=0).max() == pytest.approx(2)  # metres, as the finished asset
    assert corners[:, 2].min() == pytest.approx(0) and corners.mean(axis=0)[:2] == pytest.approx([0, 0])


def test_the_vertices_have_the_fields_colours(session, timer, live):
    colours = live.data.color_attributes["Color"]
    assert [round(255 * each) for each in colours.data[0].color_srgb[:3]] == [40, 60, 200]
    (attribute,) = [node for node in live.active_material.node_tree.nodes if node.type == "ATTRIBUTE"]
    assert attribute.attribute_name == "Color"
    assert live.active_material.diffuse_color[2] > 4 * live.active_material.diffuse_color[0]


def test_what_the_user_did_to_the_object_stays_to_the_end(session, timer, live):
    uid = live.session_uid
    chrome = bpy.data.materials.new("Chrome")
    live.data.materials[0] = chrome
    live.name, live.location, live.scale = "Cup", (5, 6, 7), (3, 3, 3)
    live.modifiers.new("Smoother", "SUBSURF")
    twin = bpy.data.objects.new("Twin", live.data)  # a linked duplicate
    bpy.context.scene.collection.objects.link(twin)
    grow(session, timer, live)
    finish(session, timer)
    assert live.session_uid == uid and is_asset(live)
    assert (live.name, tuple(live.location), tuple(live.scale)) == ("Cup", (5, 6, 7), (3, 3, 3))
    assert [each.name for each in live.modifiers] == ["Smoother"]
    assert live.active_material == chrome and [each.name for each in live.data.materials] == ["Chrome", "a red mug"]
    assert twin.data == live.data and len(bpy.data.objects) == 2


def test_the_asset_brings_its_own_material_and_leaves_none_of_the_live_ones(session, timer, live):
    shown = tuple(live.active_material.diffuse_color)
    finish(session, timer)
    assert tuple(live.active_material.diffuse_color) == shown != (1, 1, 1, 1)
    assert is_asset(live) and [each.name for each in live.data.materials] == ["a red mug"]
    assert [each.name for each in bpy.data.materials] == ["a red mug"] and len(bpy.data.meshes) == 1
    assert live.data.name == "a red mug" and max(live.dimensions) == pytest.approx(2)


def test_a_selection_is_not_taken_away(session, timer, view):
    bpy.ops.mesh.primitive_cube_add()
    start_job(session, ENDLESS)
    pump_until(session, lambda: view.standing == "standing", timer.tick)
    assert [each.name for each in bpy.context.selected_objects] == ["Cube"]
    finish(session, timer)
    assert bpy.context.object.name == "Cube"


def edit_vertex(live):
    live.data.vertices[0].co.x += 0.5


def edit_colour(live):
    live.data.color_attributes[0].data[0].color_srgb = (1, 0, 0, 1)


def unwrap(live):
    live.data.uv_layers.new(name="Mine")


def weigh(live):
    live.vertex_groups.new(name="Arm")


def add_key(live):
    live.shape_key_add(name="Smile")


def exchange(live):
    live.data = bpy.data.meshes.new("Mine")
    live.data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])


def crease(live):
    live.data.attributes.new("crease_edge", "FLOAT", "EDGE").data[0].value = 1.0


def mark_seam(live):
    live.data.edges[0].use_seam = True


def mark_sharp(live):
    live.data.edges[0].use_edge_sharp = True


def add_face_set(live):
    live.data.attributes.new(".sculpt_face_set", "INT", "FACE").data[0].value = 2


def assign_material(live):
    live.data.materials.append(bpy.data.materials.new("Chrome"))
    live.data.polygons[0].material_index = 1


MARKS = [crease, mark_seam, mark_sharp, add_face_set, assign_material]


@pytest.mark.parametrize("change", [edit_vertex, edit_colour, unwrap, weigh, add_key, exchange, *MARKS])
def test_a_changed_mesh_is_the_users_and_the_result_a_new_object(session, timer, view, live, change):
    change(live)
    kept = [tuple(each.co) for each in live.data.vertices]
    pump_until(session, lambda: view.standing == "edited", timer.tick)
    finish(session, timer)
    assert [tuple(each.co) for each in live.data.vertices] == kept and "dreamfusion_live" not in live
    (new,) = [each for each in bpy.data.objects if each != live]
    assert is_asset(new) and tuple(new.location) == (1, 2, 3)


def test_nothing_is_written_in_edit_mode_and_nothing_is_lost_by_a_visit_to_it(session, timer, view, live):
    bpy.ops.object.mode_set(mode="EDIT")
    before = session.work.previews
    pump_until(session, lambda: session.work.previews > before + 5, timer.tick)
    assert live.mode == "EDIT" and view.standing == "standing"
    bpy.ops.object.mode_set(mode="OBJECT")
    grow(session, timer, live)  # nothing was changed there, so it goes on
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.transform.resize(value=(1, 1, 0.5))
    bpy.ops.object.mode_set(mode="OBJECT")
    pump_until(session, lambda: view.standing == "edited", timer.tick)


def test_the_object_deleted_the_job_goes_on_and_its_result_is_offered(session, timer, view, live):
    bpy.ops.object.delete()
    pump_until(session, lambda: view.standing == "deleted", timer.tick)
    finish(session, timer)
    assert not bpy.data.objects and [each.spec.prompt for each in session.offered] == ["a red mug"]
    bpy.context.scene.cursor.location = (9, 0, 0)
    assert bpy.ops.dreamfusion.import_job(directory=str(session.offered[0].path)) == {"FINISHED"}
    assert is_asset(bpy.context.object) and bpy.context.object.location.x == 9 and not session.offered


def test_a_deletion_undone_to_before_any_step_that_held_the_object_is_undone_too(session, timer, view, live):
    live.location.x = 7
    grow(session, timer, live)
    delete(session, timer, view)
    undo(lambda: bpy.data.meshes.remove(bpy.data.meshes["a red mug"]))
    timer.tick()  # it is there at once, not only with another preview
    (again,) = bpy.data.objects
    assert again.location.x == 7 and again.data.polygons and view.standing == "standing"
    grow(session, timer, again)


def test_a_deletion_stays_when_something_else_is_undone(session, timer, view, live):
    delete(session, timer, view)
    undo(lambda: None)
    before = session.work.previews
    pump_until(session, lambda: session.work.previews > before + 2, timer.tick)
    assert view.standing == "deleted" and not bpy.data.objects


@pytest.mark.parametrize("is_shown", [True, False])
def test_no_collection_refers_to_the_object_while_an_undo_may_free_it(session, timer, live, is_shown):
    others, scene = bpy.data.collections.new("Others"), bpy.context.scene
    scene.collection.children.link(others)
    others.objects.link(live)
    live.hide_set(not is_shown)
    held = set(live.users_collection)
    found = []
    undo(lambda: found.extend(live.users_collection))
    assert not found and set(live.users_collection) == held
    assert live.visible_get() == live.select_get() == is_shown and bpy.context.view_layer.objects.active == live
    grow(session, timer, live)


def delete(session, timer, view) -> None:
    bpy.ops.object.delete()
    pump_until(session, lambda: view.standing == "deleted", timer.tick)


def undo(change) -> None:
    """The background keeps no undo history: what Blender does to the scene is done by hand, between its two calls."""
    handlers = part("operators.handlers")
    handlers.before_undo()
    change()
    handlers.after_undo()


def test_what_the_prior_is_shown_becomes_an_icon_the_right_way_up(session):
    prior_view, picture = part("operators.prior_view"), part("operators.preview").Picture
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[0] = (255, 0, 0)  # on top
    prior_view.show(picture(pixels))
    icon = prior_view._icons[0]["view"]
    shown = np.empty(64, np.float32)
    icon.image_pixels_float.foreach_get(shown)
    assert tuple(icon.image_size) == (4, 4)
    assert shown.reshape(4, 4, 4)[3, :, 0].min() == 1 and shown.reshape(4, 4, 4)[:3, :, 0].max() == 0
    prior_view.forget()
    assert prior_view.icon() == 0
