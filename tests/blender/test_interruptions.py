"""What happens to a job when Blender's own life goes on or ends: files, the extension, sleep, a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import bpy
import clock
import pytest
from extension import MODULE, finish, part, pump_until, start_job
from samples import ENDLESS

HERE = Path(__file__).resolve().parent


@pytest.fixture
def job(session, timer, view):
    """An endless job at work, its object standing."""
    start_job(session, ENDLESS)
    pump_until(session, lambda: view.standing == "standing" and session.work.step > 0, timer.tick)
    return session.work.job


def wait_until_left(job) -> None:
    """For a process that works on the job to be gone."""
    deadline = time.monotonic() + 20
    while job.is_locked:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_another_file_is_opened_and_the_job_goes_on_and_is_offered(session, timer, view, job):
    bpy.ops.wm.read_homefile(use_empty=True)
    assert session.work.job == job and view.standing == "elsewhere"
    before = session.work.previews
    pump_until(session, lambda: session.work.previews > before + 2, timer.tick)
    finish(session, timer)
    assert not bpy.data.objects and session.offered == [job]
    bpy.ops.dreamfusion.import_job(directory=str(job.path))
    assert bpy.data.objects[0]["dreamfusion_job"] == job.id and not session.offered


def test_a_result_that_an_undo_takes_away_is_offered_until_it_is_back(session, timer, job):
    """The background keeps no undo history: what Blender does to the scene is done by hand, between its two calls."""
    handlers, scene = part("operators.handlers"), bpy.context.scene
    finish(session, timer)
    (mug,) = scene.objects
    undo(handlers, lambda: None)
    assert not session.offered
    undo(handlers, lambda: scene.collection.objects.unlink(mug))
    assert session.offered == [job]
    undo(handlers, lambda: scene.collection.objects.link(mug))
    assert not session.offered
    scene.collection.objects.unlink(mug)  # somebody deletes it
    undo(handlers, lambda: None)
    assert not session.offered


def test_a_result_that_was_imported_by_hand_is_offered_again_when_that_is_undone(session, timer, job):
    handlers, scene = part("operators.handlers"), bpy.context.scene
    bpy.ops.object.delete()
    finish(session, timer)
    for _ in range(2):
        bpy.ops.dreamfusion.import_job(directory=str(job.path))
    assert not session.offered and [each.path for each in session.imported] == [job.path]
    undo(handlers, lambda: [scene.collection.objects.unlink(each) for each in list(scene.objects)])
    assert [each.path for each in session.offered] == [job.path]


def undo(handlers, change) -> None:
    handlers.before_undo()
    change()
    handlers.after_undo()


def test_what_waits_to_be_imported_is_offered_in_the_next_file(session, timer, job):
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")
    session.ask("finish")
    pump_until(session, lambda: bool(session.ready), timer.tick)
    bpy.ops.wm.read_homefile(use_empty=True)
    timer.tick()
    assert session.offered == [job] and not session.ready and not bpy.data.objects


def test_the_file_is_saved_and_opened_again_and_the_object_goes_on_growing(session, timer, view, job, tmp_path):
    path = tmp_path / "scene.blend"
    bpy.data.objects[0].location.x = 7
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.read_homefile(use_empty=True)
    assert view.standing == "elsewhere"
    bpy.ops.wm.open_mainfile(filepath=str(path))
    assert view.standing == "standing"
    mesh = bpy.data.objects[0].data
    before = mesh["dreamfusion_live_check"]
    pump_until(session, lambda: mesh["dreamfusion_live_check"] != before, timer.tick)
    finish(session, timer)
    (mug,) = bpy.data.objects
    assert mug["dreamfusion_job"] == job.id and mug.location.x == 7 and "dreamfusion_live" not in mug


def test_a_result_that_has_come_home_is_not_offered_where_its_file_was_opened_again(
    session, timer, view, job, tmp_path, monkeypatch
):
    monkeypatch.setattr(part("operators.unfinished"), "AGAIN_SECONDS", 0.2)
    session.unfinished.__init__()
    path = tmp_path / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    failed = part("dreamfusion_blender.store").JobFolder.create(part("dreamfusion_blender.job").JobSpec(prompt="a mug"))
    failed.write_state("failed")
    session.unfinished.keep(failed)
    finish(session, timer)
    pump_until(session, lambda: not session.unfinished.is_busy, timer.tick)
    (mug,) = bpy.data.objects
    assert mug["dreamfusion_job"] == job.id and not session.offered
    assert [each.path for each in session.unfinished.jobs] == [failed.path]


def test_a_saved_live_object_gets_the_asset_that_was_finished_while_its_file_was_closed(
    session, timer, view, job, tmp_path
):
    path = tmp_path / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.read_homefile(use_empty=True)
    finish(session, timer)
    session.offered.clear()  # as in a Blender that was started anew
    bpy.ops.wm.open_mainfile(filepath=str(path))
    pump_until(session, lambda: bool(session.offered), timer.tick)
    assert [each.path for each in session.offered] == [job.path]
    bpy.ops.dreamfusion.import_job(directory=str(job.path))
    (mug,) = bpy.data.objects
    assert mug["dreamfusion_job"] == job.id and mug.data.uv_layers


@pytest.mark.parametrize("kind", ["linked", "overridden", "made local but for its mesh"])
def test_a_live_object_of_another_file_is_left_alone(session, timer, view, job, tmp_path, kind):
    path = tmp_path / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.read_homefile(use_empty=True)
    theirs = linked(path, kind)
    part("operators.handlers").after_load()
    assert view.standing == "elsewhere" and not part("dreamfusion_blender.scene.live").live_jobs()
    finish(session, timer)
    bpy.ops.dreamfusion.import_job(directory=str(job.path))
    (mug,) = (each for each in bpy.data.objects if "dreamfusion_job" in each)
    assert mug.library is None and mug.data.library is None
    assert theirs["dreamfusion_live"] == job.id and theirs.data.library is not None


def linked(path: Path, kind: str) -> bpy.types.Object:
    """The one object of another file, in the scene."""
    with bpy.data.libraries.load(str(path), link=True) as (there, here):
        here.objects = there.objects
    bpy.context.scene.collection.objects.link(here.objects[0])
    bpy.context.view_layer.objects.active = here.objects[0]
    here.objects[0].select_set(True)
    if kind == "overridden":
        bpy.context.view_layer.objects.active = here.objects[0].override_create(remap_local_usages=True)
    elif kind != "linked":
        bpy.ops.object.make_local(type="SELECT_OBJECT")
    return bpy.context.view_layer.objects.active


def test_the_extension_disabled_the_job_keeps_a_checkpoint_and_is_offered_when_it_is_enabled_again(session, job):
    began = clock.seconds()
    bpy.ops.preferences.addon_disable(module=MODULE)
    assert clock.seconds() - began < 1  # it does not wait for the backend
    assert [each.name for each in bpy.data.objects] == ["a red mug"]
    wait_until_left(job)
    assert job.status == "interrupted" and job.checkpoint.exists()
    bpy.ops.preferences.addon_enable(module=MODULE)
    go_on_to_the_end(job.path)
    assert len(bpy.data.objects) == 1  # in the object that stood there


def test_blender_is_killed_and_the_next_one_offers_the_job(session, fake_backend, tmp_path):
    doomed = subprocess.Popen(
        [sys.executable, str(HERE / "doomed.py")],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert doomed.stdout is not None
        while line := doomed.stdout.readline():
            if line.strip() == "at work":
                break
        assert line, "it ended by itself"
        (job,) = part("dreamfusion_blender.store").list_jobs()
        assert job.status == "running"
    finally:
        doomed.send_signal(signal.SIGKILL)
        doomed.communicate()
    wait_until_left(job)
    assert job.status == "interrupted" and int(job.checkpoint.read_text()) > 0
    go_on_to_the_end(job.path)


def go_on_to_the_end(path: Path) -> None:
    """As a Blender that starts: look for unfinished jobs, take the offer, and see the asset in the scene."""
    session, timer = part("operators.session").session, part("operators.timer")
    session.unfinished.look()
    pump_until(session, lambda: bool(session.unfinished.jobs), timer.tick)
    (job,) = session.unfinished.jobs
    assert job.path == path
    reached = int(job.checkpoint.read_text())
    part("operators.start").take_up(job, bpy.context)
    assert not session.unfinished.jobs
    pump_until(session, lambda: session.work.step > 0, timer.tick)
    session.ask("finish")
    pump_until(session, lambda: not session.is_busy, timer.tick)
    assert session.error is None and int(job.checkpoint.read_text()) > reached
    assert [each["dreamfusion_job"] for each in bpy.data.objects if "dreamfusion_job" in each] == [job.id]


def test_a_job_that_another_process_is_leaving_is_offered_a_little_later(session, timer, job):
    session.unfinished._pause = 0.1
    session.unfinished.look()
    pump_until(session, lambda: session.unfinished._again is not None, timer.tick)
    assert not session.unfinished.jobs
    session.ask("pause")
    pump_until(session, lambda: bool(session.unfinished.jobs), timer.tick)
    assert session.unfinished.jobs[0].path == job.path


def test_a_cancelled_job_is_not_offered(session, timer, job):
    session.ask("cancel")
    pump_until(session, lambda: session.work is None, timer.tick)
    session.unfinished.look()
    pump_until(session, lambda: not session.unfinished.is_busy, timer.tick)
    assert not session.unfinished.jobs


def test_the_machine_sleeps_for_a_night_and_the_job_goes_on(session, timer, job, monkeypatch):
    awake, night = time.monotonic, 8 * 3600
    monkeypatch.setattr(time, "monotonic", lambda: awake() + night)
    before = session.work.step, session.work.previews
    deadline = awake() + 20
    while session.work is not None and session.work.previews < before[1] + 5:
        timer.tick()
        time.sleep(0.01)
        assert awake() < deadline
    assert session.error is None and session.work is not None
    finish(session, timer)
    assert bpy.data.objects[0]["dreamfusion_job"] == job.id


def test_everything_stands_still_for_a_while_and_goes_on(session, timer, job, monkeypatch):
    """Both processes, as when a laptop is closed: longer than a backend that is really hung would be waited for."""
    session._backend._patience._hang_seconds = 2.0
    backend = session._backend.pid
    os.kill(backend, signal.SIGSTOP)
    try:
        time.sleep(3)  # this process is Blender, and does nothing either
    finally:
        os.kill(backend, signal.SIGCONT)
    before = session.work.previews
    pump_until(session, lambda: session.work is None or session.work.previews > before + 2, timer.tick)
    assert session.error is None
    finish(session, timer)
