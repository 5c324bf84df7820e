"""A job as the timer lives it: followed, imported, stopped, resumed, failed, and Blender never has to wait."""

from __future__ import annotations

import time

import bpy
import clock
import pytest
from extension import part, pump_until
from samples import CRASHES, EMPTY, ENDLESS

LONGEST_CALL = 0.05  # seconds
LONGEST_IMPORT = 0.5
TRIES = 3  # other programs may hold this one up; code that waits is late each time


def start(session, seed: int = 1, prompt: str = "a red mug") -> None:
    """As the panel's button does, which needs a window."""
    spec = part("dreamfusion_blender.job").JobSpec(prompt=prompt, seed=seed, size=2.0)
    session.start(spec, (1.0, 2.0, 3.0), part("dreamfusion_blender.environment").Environment())


def test_a_started_job_ends_in_the_scene(session, timer):
    start(session)
    pump_until(session, lambda: not session.is_busy, timer.tick)
    (mug,) = bpy.data.objects
    assert mug.name == "a red mug" and tuple(mug.location) == (1, 2, 3) and max(mug.dimensions) == pytest.approx(2)
    assert session.error is None and timer.tick() is None


def test_the_panels_numbers_follow_the_events(session, timer):
    start(session, ENDLESS)
    assert session.work.stage == "Starting" and session.work.fraction == 0
    pump_until(session, lambda: session.work.step == session.work.steps > 0)
    assert session.work.stage == "Optimizing" and session.work.fraction == 1 and session.work.seconds_left == 1


def test_blender_never_waits(session, timer):
    """Each call of the timer's function is short, and so is the press of the button; only the import may be longer."""
    spans = [spans_of_a_job(session, timer) for _ in range(TRIES)]
    assert min(max(calls) for calls, _ in spans) < LONGEST_CALL
    assert min(imported for _, imported in spans) < LONGEST_IMPORT


def spans_of_a_job(session, timer) -> tuple[list[float], float]:
    """Seconds that each call took, and the import."""
    began = clock.seconds()
    start(session)
    calls, imported = [clock.seconds() - began], 0.0
    while session.is_busy:
        objects = len(bpy.data.objects)
        began = clock.seconds()
        timer.tick()
        span = clock.seconds() - began
        if len(bpy.data.objects) > objects:
            imported = span
        else:
            calls.append(span)
        time.sleep(0.01)
    return calls, imported


def test_cancel_keeps_a_checkpoint_and_resume_goes_on(session, timer):
    start(session, ENDLESS)
    pump_until(session, lambda: session.work.step > 0)
    session.ask("cancel")
    assert session.work.stage == "Stopping"
    pump_until(session, lambda: session.work is None)
    assert session.stopped.checkpoint.exists() and session.error is None and not bpy.data.objects
    stopped = session.stopped
    session.start(stopped, (0, 0, 0), part("dreamfusion_blender.environment").Environment())
    pump_until(session, lambda: session.work.step > 0)
    assert session.work.job.path == stopped.path


def test_cancel_before_the_backend_is_up(session):
    start(session, ENDLESS)
    session.ask("cancel")
    pump_until(session, lambda: session.work is None)
    assert session.error is None


def test_a_crash_is_told_with_the_logs_last_words_and_the_next_job_runs(session, timer):
    start(session, CRASHES)
    pump_until(session, lambda: not session.is_busy, timer.tick)
    assert session.error.code == "backend_crashed"
    assert "exit code 7" in session.error.message and "last words" in session.error.message
    start(session)
    assert session.error is None
    pump_until(session, lambda: not session.is_busy, timer.tick)
    # What the crashed job had reached stands beside, and would go on growing if that were resumed.
    assert ["dreamfusion_live" in each for each in bpy.data.objects] == [True, False]


def test_a_failed_job_says_why(session, timer):
    start(session, EMPTY)
    pump_until(session, lambda: not session.is_busy, timer.tick)
    assert session.error.code == "empty_field" and session.error.message == "Nothing came of it"


def test_without_a_backend_the_remedy_is_the_install_button(session, timer, monkeypatch, tmp_path):
    monkeypatch.setenv("DREAMFUSION_ENV", str(tmp_path / "nothing here"))
    start(session)
    pump_until(session, lambda: not session.is_busy, timer.tick)
    assert session.error.code == "backend_missing"
    assert session.error.remedy.operator == "dreamfusion.install_backend"
    assert not part("dreamfusion_blender.store").list_jobs()


def test_a_backend_that_is_missing_is_looked_at_once(session, timer, monkeypatch, tmp_path):
    monkeypatch.setenv("DREAMFUSION_ENV", str(tmp_path / "nowhere"))
    start(session)
    pump_until(session, lambda: session.error is not None, timer.tick)
    lookups = part("operators.lookups").lookups
    found = []

    def look() -> str:
        found.append(1)
        return "2 GB"

    for _ in range(20):  # as a panel that is drawn again and again
        lookups.ask("install", look)
        timer.tick()
        time.sleep(0.02)
    assert len(found) == 1 and lookups.ask("install", look) == "2 GB"


def test_a_paused_job_is_offered_whatever_was_started_since(session, timer):
    start(session, ENDLESS)
    pump_until(session, lambda: session.work.step > 0)
    session.ask("pause")
    pump_until(session, lambda: session.work is None)
    paused = session.stopped
    start(session, seed=1)
    assert session.stopped is None and [each.path for each in session.unfinished.jobs] == [paused.path]
    pump_until(session, lambda: not session.is_busy, timer.tick)
    session.start(paused, (0, 0, 0), part("dreamfusion_blender.environment").Environment())
    assert session.unfinished.jobs == []
    pump_until(session, lambda: session.work.step > 0)
    session.ask("cancel")
    pump_until(session, lambda: session.work is None)
    start(session, seed=1)
    assert session.unfinished.jobs == []  # what was cancelled is not asked about again


def test_a_job_that_could_not_be_taken_up_is_still_offered(session, timer, monkeypatch, tmp_path):
    start(session, ENDLESS)
    pump_until(session, lambda: session.work.step > 0)
    session.ask("pause")
    pump_until(session, lambda: session.work is None)
    paused = session.stopped
    part("dreamfusion_blender.jobs").shut_down(wait=5)
    with monkeypatch.context() as away:
        away.setenv("DREAMFUSION_ENV", str(tmp_path / "nothing here"))
        session.start(paused, (0, 0, 0), part("dreamfusion_blender.environment").Environment())
        pump_until(session, lambda: session.work is None)
    assert session.error.code == "backend_missing"
    assert session.stopped is not None and session.stopped.path == paused.path and not session.stopped_early


def test_the_import_waits_while_something_is_edited(session, timer):
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")
    start(session)
    pump_until(session, lambda: session.work is None, timer.tick)
    for _ in range(3):
        timer.tick()
    assert len(bpy.data.objects) == 1 and session.ready
    bpy.ops.object.mode_set(mode="OBJECT")
    assert timer.tick() is None
    assert len(bpy.data.objects) == 2


def test_an_install_tells_its_progress_and_its_end(session, timer):
    class Installs:
        def install(self, on_progress, device, should_stop, anew):
            report = part("dreamfusion_blender.environment").InstallProgress
            on_progress(report("Half of it", 0.5))
            while not should_stop():
                time.sleep(0.01)
            raise part("dreamfusion_blender.errors").InstallFailed("The lines that pip said")

    session.start_install(Installs())
    pump_until(session, lambda: session.install.progress.fraction == 0.5, timer.tick)
    session.install.cancel()
    pump_until(session, lambda: not session.install.is_busy, timer.tick)
    assert session.error.message == "The lines that pip said"


@pytest.fixture
def slow_download(monkeypatch):
    """Instead of the process that downloads: half of a model at once, and then nothing until it is stopped."""

    def download(name, environment, allowed, report, should_stop):
        report(part("dreamfusion_blender.environment").InstallProgress(f"{name}, allowed: {allowed}", 0.5))
        while not should_stop():
            time.sleep(0.01)
        raise part("dreamfusion_blender.errors").DownloadFailed("The words of the hub")

    monkeypatch.setattr(part("operators.errands"), "download", download)


def test_a_model_download_tells_its_progress_and_its_end_while_a_job_runs(session, timer, slow_download):
    environment = part("dreamfusion_blender.environment").Environment()
    start(session, ENDLESS)
    session.start_download("sd15", environment, True)
    assert session.download.is_busy and session.is_busy
    pump_until(session, lambda: session.download.progress.fraction == 0.5, timer.tick)
    assert session.download.progress.message == "sd15, allowed: True"
    with pytest.raises(ValueError, match="already"):
        session.start_download("sdxl", environment, True)
    session.download.cancel()
    pump_until(session, lambda: not session.download.is_busy, timer.tick)
    assert session.error.message == "The words of the hub" and session.work is not None


def test_a_model_that_is_not_here_ends_the_job_with_the_download_as_its_remedy(session, timer):
    spec = part("dreamfusion_blender.job").JobSpec(prompt="a corgi", prior="sd15")
    session.start(spec, (0.0, 0.0, 0.0), part("dreamfusion_blender.environment").Environment())
    pump_until(session, lambda: not session.is_busy, timer.tick)
    remedy = session.error.remedy
    assert (session.error.code, remedy.operator, remedy.model) == (
        "model_missing",
        "dreamfusion.download_model",
        "sd15",
    )
    assert not part("dreamfusion_blender.store").list_jobs()


def test_what_nobody_foresaw_ends_the_job_in_words_and_the_next_one_runs(session, timer):
    """Inputs that are no bytes, say: whatever a defect raises, the session is free again."""
    core = {name: part(f"dreamfusion_blender.{name}") for name in ("job", "environment")}
    spec = core["job"].JobSpec(prompt="a red mug", inputs="0" * 64)
    session.start(spec, (0.0, 0.0, 0.0), core["environment"].Environment(), inputs=1)
    pump_until(session, lambda: not session.is_busy, timer.tick)
    assert session.error.code == "unexpected" and "TypeError" in session.error.message
    start(session)
    pump_until(session, lambda: not session.is_busy, timer.tick)
    assert session.error is None


def test_what_nobody_foresaw_ends_errands_lookups_and_the_reading_of_the_history(session, timer, monkeypatch):
    lookups, view = part("operators.lookups").lookups, part("operators.history_view").history_view
    session.download.start("Downloading", lambda _report, _should_stop: 1 / 0)
    pump_until(session, lambda: not session.download.is_busy, timer.tick)
    assert "ZeroDivisionError" in session.error.message
    lookups.ask("size", lambda: str(1 / 0))
    pump_until(session, lambda: not lookups.is_busy, timer.tick)
    assert "ZeroDivisionError" in lookups.ask("size", str)
    session.error = None
    monkeypatch.setattr(part("operators.history_view"), "history", lambda: 1 / 0)
    view.look()
    pump_until(session, lambda: not view.is_busy, timer.tick)
    assert "ZeroDivisionError" in str(session.error) and view.was_read
    lookups.forget()
    view.forget()


def test_a_preview_that_cannot_be_shown_is_told_once_and_the_result_is_offered(session, timer, monkeypatch):
    monkeypatch.setattr(part("dreamfusion_blender.scene.live"), "add_live", lambda *_: 1 / 0)
    start(session, ENDLESS)
    pump_until(session, lambda: session.error is not None, timer.tick)
    assert "ZeroDivisionError" in session.error.message
    session.error, seen = None, session.work.previews
    pump_until(session, lambda: session.work.previews > seen + 3, timer.tick)
    assert session.error is None
    session.ask("finish")
    pump_until(session, lambda: not session.is_busy, timer.tick)
    assert len(session.offered) == 1 and not bpy.data.objects


def test_a_result_that_cannot_be_added_is_told_and_offered(session, timer, monkeypatch):
    monkeypatch.setattr(part("operators.live_view").LiveView, "bring_home", lambda *_: 1 / 0)
    start(session)
    pump_until(session, lambda: not session.is_busy, timer.tick)
    assert "ZeroDivisionError" in session.error.message
    assert [each.status for each in session.offered] == ["finished"] and timer.tick() is None
