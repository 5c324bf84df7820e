"""A copy of the object that takes shape, as Shift+D makes one, is the user's own."""

from __future__ import annotations

import bpy
import pytest
from extension import finish, grow, part, pump_until


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
