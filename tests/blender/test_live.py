"""The object that takes shape: made once, updated in place, the user's own in everything but its mesh."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from extension import part, pump_until, start_job
from samples import ENDLESS


@pytest.fixture
def live(session, timer, view):
    """The object of a job that goes on until it is told to end."""
    start_job(session, ENDLESS)
    pump_until(session, lambda: view.standing == "standing" and bpy.data.objects, timer.tick)
    return bpy.data.objects["a red mug"]


def grow(session, timer, live, times: int = 2) -> None:
    """Until the live object has changed so often: the fake backend's box grows with every step."""
    for _ in range(times):
        height = live.dimensions.z / live.dimensions.x
        pump_until(session, lambda height=height: live.dimensions.z / live.dimensions.x > height + 1e-3, timer.tick)


def finish(session, timer) -> None:
    session.ask("finish")
    pump_until(session, lambda: session.work is None and not session.ready, timer.tick)


def is_asset(each) -> bool:
    return each["dreamfusion_prompt"] == "a red mug" and bool(each.data.uv_layers) and "dreamfusion_live" not in each


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


def test_a_copy_is_not_taken_for_the_object(session, timer, view, live):
    bpy.ops.object.duplicate()
    copy = bpy.context.object
    kept = [tuple(each.co) for each in copy.data.vertices]
    grow(session, timer, live)
    bpy.data.objects.remove(live)
    pump_until(session, lambda: view.standing == "deleted", timer.tick)
    finish(session, timer)
    assert [tuple(each.co) for each in copy.data.vertices] == kept


def keep_copy(live, name: str):
    """As Shift+D does; the live object stays the selected one."""
    copy = live.copy()
    copy.data, copy.name = live.data.copy(), name
    bpy.context.scene.collection.objects.link(copy)
    copy.select_set(False)
    return copy


@pytest.mark.parametrize("end", ["finish", "delete and finish", "cancel"])
def test_a_copy_that_was_kept_is_no_live_object_when_the_job_has_ended(session, timer, view, live, end):
    scene_live = part("dreamfusion_blender.scene.live")
    copy, job = keep_copy(live, "Halfway"), session.work.job
    kept = [tuple(each.co) for each in copy.data.vertices]
    if end == "delete and finish":
        bpy.ops.object.delete()
        pump_until(session, lambda: view.standing == "deleted", timer.tick)
    session.ask("cancel" if end == "cancel" else "finish")
    pump_until(session, lambda: session.work is None and not session.ready, timer.tick)
    assert scene_live.live_jobs() == frozenset() and "dreamfusion_live_check" not in copy.data
    if end != "cancel":
        assert bpy.ops.dreamfusion.import_job(directory=str(job.path)) == {"FINISHED"}
    assert [tuple(each.co) for each in copy.data.vertices] == kept


def test_after_an_undo_the_object_is_not_confused_with_a_copy(session, timer, view, live):
    copy = keep_copy(live, "a copy")  # comes first by name
    kept = [tuple(each.co) for each in copy.data.vertices]
    view.before_undo()
    view.after_undo()
    assert view.object() == live
    grow(session, timer, live)
    assert [tuple(each.co) for each in copy.data.vertices] == kept


def test_the_object_deleted_the_job_goes_on_and_its_result_is_offered(session, timer, view, live):
    bpy.ops.object.delete()
    pump_until(session, lambda: view.standing == "deleted", timer.tick)
    finish(session, timer)
    assert not bpy.data.objects and [each.spec.prompt for each in session.offered] == ["a red mug"]
    bpy.context.scene.cursor.location = (9, 0, 0)
    assert bpy.ops.dreamfusion.import_job(directory=str(session.offered[0].path)) == {"FINISHED"}
    assert is_asset(bpy.context.object) and bpy.context.object.location.x == 9 and not session.offered


def test_cancel_takes_the_object_away(session, timer, live):
    session.ask("cancel")
    pump_until(session, lambda: session.work is None, timer.tick)
    assert not bpy.data.objects and not bpy.data.meshes and session.stopped.checkpoint.exists()


@pytest.mark.parametrize("hands", ["drag", "edit the object", "edit another"])
def test_cancel_waits_until_nothing_is_dragged_or_edited(session, timer, live, monkeypatch, hands):
    free = part("operators.hands_off").may_write
    for name in ("hands_off", "live_view"):
        monkeypatch.setattr(part(f"operators.{name}"), "may_write", lambda: free() and hands != "drag")
    if hands == "edit another":
        bpy.ops.mesh.primitive_cube_add()
    if hands != "drag":
        bpy.ops.object.mode_set(mode="EDIT")
    session.ask("cancel")
    pump_until(session, lambda: session.work is None, timer.tick)
    assert timer.tick() is not None and "a red mug" in bpy.data.objects  # the timer goes on
    if hands != "drag":
        bpy.ops.object.mode_set(mode="OBJECT")
    hands = "off"
    assert timer.tick() is None and "a red mug" not in bpy.data.objects


def test_cancel_and_generate_at_once_while_it_is_edited(session, timer, view, live):
    bpy.ops.object.mode_set(mode="EDIT")
    session.ask("cancel")
    pump_until(session, lambda: session.work is None, timer.tick)
    view.reset()
    start_job(session, ENDLESS)
    pump_until(session, lambda: session.work.previews > 2, timer.tick)
    assert [each.name for each in bpy.data.objects] == ["a red mug"] and view.standing == "new"
    bpy.ops.object.mode_set(mode="OBJECT")
    pump_until(session, lambda: view.standing == "standing", timer.tick)
    assert [*bpy.data.objects] == [view.object()] and session.work.job.id == bpy.data.objects[0]["dreamfusion_live"]


def test_cancel_and_resume_at_once_while_it_is_edited(session, timer, view, live):
    start = part("operators.start")
    uid = live.session_uid
    bpy.ops.object.mode_set(mode="EDIT")
    session.ask("cancel")
    pump_until(session, lambda: session.work is None, timer.tick)
    start.take_up(session.stopped, bpy.context)
    pump_until(session, lambda: session.work.previews > 2, timer.tick)
    bpy.ops.object.mode_set(mode="OBJECT")
    pump_until(session, lambda: session.work.step > 2, timer.tick)
    assert [each.session_uid for each in bpy.data.objects] == [uid] and view.standing == "standing"


def test_cancel_leaves_an_object_that_somebody_has_made_something_of(session, timer, live):
    live.modifiers.new("Screw", "SCREW")
    session.ask("cancel")
    pump_until(session, lambda: session.work is None, timer.tick)
    assert [each.name for each in bpy.data.objects] == ["a red mug"]


def test_stop_makes_the_asset_of_what_stands_and_the_job_can_go_on(session, timer, live):
    assert bpy.ops.dreamfusion.stop() == {"FINISHED"}
    pump_until(session, lambda: not session.is_busy, timer.tick)
    job = session.stopped
    assert is_asset(live) and session.stopped_early and not bpy.ops.dreamfusion.stop.poll()
    assert all(path.exists() for path in (job.asset, job.glb, job.albedo, job.checkpoint))


def test_pause_ends_the_process_and_resume_goes_on_in_the_same_object(session, timer, view, live):
    uid, process = live.session_uid, session._backend._process
    live.location.x = 8
    assert bpy.ops.dreamfusion.pause() == {"FINISHED"}
    pump_until(session, lambda: session.work is None, timer.tick)
    process.wait(10)
    job = session.stopped
    reached = int(job.checkpoint.read_text())
    assert job.status == "paused" and bpy.data.objects[0] == live
    resume(session, job)
    grow(session, timer, live)
    assert (live.session_uid, live.location.x, len(bpy.data.objects)) == (uid, 8, 1)
    finish(session, timer)
    assert is_asset(live) and int(job.checkpoint.read_text()) > reached


def test_a_paused_job_is_finished_without_another_step(session, timer, live):
    session.ask("pause")
    pump_until(session, lambda: session.work is None, timer.tick)
    job = session.stopped
    reached = job.checkpoint.read_text()
    resume(session, job, finish=True)
    pump_until(session, lambda: not session.is_busy, timer.tick)
    assert is_asset(live) and job.checkpoint.read_text() == reached


def resume(session, job, finish: bool = False) -> None:
    """As the panel's button does, which needs a window."""
    part("operators.start").take_up(job, bpy.context, finish)


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
