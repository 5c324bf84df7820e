"""A cancelled job's object goes as soon as nobody edits or drags anything, unless something was made of it."""

from __future__ import annotations

import bpy
import pytest
from extension import part, pump_until, start_job
from samples import DEAF, DEAF_STAGE, ENDLESS


def test_cancel_takes_the_object_away(session, timer, live):
    session.ask("cancel")
    pump_until(session, lambda: session.work is None, timer.tick)
    assert not bpy.data.objects and not bpy.data.meshes and session.stopped.checkpoint.exists()


def test_cancel_while_the_mesh_is_made_takes_the_object_away_too(session, timer):
    """The backend hears nothing then, and finishes: what was called off must not come all the same."""
    start_job(session, DEAF)
    pump_until(session, lambda: session.work.stage == DEAF_STAGE, timer.tick)
    assert bpy.data.objects
    session.ask("cancel")
    job = session.work.job
    pump_until(session, lambda: not session.is_busy and timer.tick() is None, timer.tick)
    assert job.status == "finished" and not bpy.data.objects
    assert [each.path for each in session.offered] == [job.path]


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


@pytest.mark.parametrize("use", ["modifier", "constraint", "keyframe", "child", "material"])
def test_cancel_leaves_an_object_that_somebody_has_made_something_of(session, timer, live, use):
    if use == "modifier":
        live.modifiers.new("Screw", "SCREW")
    elif use == "constraint":
        live.constraints.new("COPY_LOCATION")
    elif use == "keyframe":
        live.keyframe_insert("location")
    elif use == "child":
        camera = bpy.data.objects.new("a camera", bpy.data.cameras.new("a camera"))
        bpy.context.scene.collection.objects.link(camera)
        camera.parent = live
    else:
        live.data.materials[0] = bpy.data.materials.new("Glaze")
    session.ask("cancel")
    pump_until(session, lambda: session.work is None, timer.tick)
    assert "a red mug" in bpy.context.scene.objects
