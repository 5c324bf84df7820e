"""Stop, pause and resume, in the one object that stands."""

from __future__ import annotations

import bpy
import pytest
from extension import finish, grow, is_asset, part, pump_until, start_job
from samples import ENDLESS


def test_stop_makes_the_asset_of_what_stands_and_the_job_can_go_on(session, timer, live):
    assert bpy.ops.dreamfusion.stop() == {"FINISHED"}
    pump_until(session, lambda: not session.is_busy, timer.tick)
    job = session.stopped
    assert is_asset(live) and session.stopped_early and not bpy.ops.dreamfusion.stop.poll()
    assert all(path.exists() for path in (job.asset, job.glb, job.albedo, job.checkpoint))


def test_what_goes_on_after_a_stop_takes_shape_beside_the_asset_of_that(session, timer, view, live):
    session.ask("finish")
    pump_until(session, lambda: bool(session.imported) and session.work is None, timer.tick)
    part("operators.start").take_up(session.stopped, bpy.context)
    pump_until(session, lambda: view.standing == "standing", timer.tick)
    growing = view.object()
    assert growing != live and growing.location.x - live.location.x > 1.2 * live.dimensions.x
    bpy.ops.dreamfusion.import_job(directory=str(session.work.job.path))  # the asset of the steps before
    assert view.object() == growing and "dreamfusion_live" in growing and len(bpy.data.objects) == 3
    grow(session, timer, growing)


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


def test_a_job_whose_checkpoint_is_damaged_is_begun_again_by_its_errors_button(session, timer, view, live, monkeypatch):
    assert not bpy.ops.dreamfusion.begin_again.poll()
    session.ask("pause")
    pump_until(session, lambda: session.work is None, timer.tick)
    job = session.stopped
    job.checkpoint.write_text("no number")
    resume(session, job)
    pump_until(session, lambda: session.work is None, timer.tick)
    assert (session.error.code, session.error.remedy.operator) == ("checkpoint_damaged", "dreamfusion.begin_again")
    start = part("operators.start").DREAMFUSION_OT_start
    monkeypatch.setattr(start, "poll", lambda _context: True)  # as where there is a window
    assert bpy.ops.dreamfusion.begin_again() == {"FINISHED"}
    pump_until(session, lambda: session.work.step > 0, timer.tick)
    finish(session, timer)
    assert session.error is None and view.object() is None and list(bpy.data.objects) == [live] and is_asset(live)
    assert (job.path / "checkpoint.old").read_text() == "no number" and int(job.checkpoint.read_text()) > 0


@pytest.mark.parametrize("deleted", [False, True])
def test_the_object_of_a_paused_job_gets_an_undo_step_as_soon_as_nobody_edits(session, timer, live, deleted):
    """The background keeps no history: what is seen is that the ticks wait for it, and end."""
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")
    session.ask("pause")
    pump_until(session, lambda: session.work is None, timer.tick)
    left = part("operators.left_objects").left_objects
    assert left.is_busy and timer.tick() is not None
    start_job(session, prompt="a blue car")
    pump_until(session, lambda: session.work.step > 0, timer.tick)
    assert left.is_busy
    undo_nothing(live)
    bpy.ops.object.mode_set(mode="OBJECT")
    if deleted:
        bpy.data.objects.remove(live)
    timer.tick()
    assert not left.is_busy
    session.ask("finish")
    pump_until(session, lambda: timer.tick() is None)


def test_what_an_undo_of_its_step_took_away_is_held_when_the_next_job_begins(session, timer, view, live):
    """The background keeps no history: what Blender does to the scene is done by hand, between its two calls."""
    session.ask("pause")
    pump_until(session, lambda: timer.tick() is None)
    handlers, left = part("operators.handlers"), part("operators.left_objects").left_objects
    mesh = live.data
    handlers.before_undo()
    bpy.data.meshes.remove(mesh)  # and with it the object
    handlers.after_undo()
    timer.tick()
    again = view.object()
    assert again is not None and view.is_unheld and not left.is_busy  # or nothing could be redone any more
    undo_nothing(again)
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")
    start_job(session, ENDLESS, prompt="a blue car")
    assert left.is_busy and not view.is_unheld
    pump_until(session, lambda: session.work.step > 0, timer.tick)
    undo_nothing(again)  # it is not freed while another job is at work
    bpy.ops.object.mode_set(mode="OBJECT")
    timer.tick()
    assert not left.is_busy and again.name == "a red mug"
    pump_until(session, lambda: view.standing == "standing", timer.tick)
    session.ask("pause")
    pump_until(session, lambda: timer.tick() is None)
    view.reset()
    assert not left.is_busy  # a step of its own holds the car


def undo_nothing(live) -> None:
    """What an undo may free is in no collection meanwhile."""
    handlers, held = part("operators.handlers"), list(live.users_collection)
    handlers.before_undo()
    assert not live.users_collection
    handlers.after_undo()
    assert list(live.users_collection) == held


def resume(session, job, finish: bool = False) -> None:
    """As the panel's button does, which needs a window."""
    part("operators.start").take_up(job, bpy.context, finish)
