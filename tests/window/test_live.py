"""What an artist may do to a live object in the middle of a job, with mouse and keyboard, and how jobs outlive Blender.

The backend is the fake one of tests/blender, whose box grows with every step: nothing here depends on what is made.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desktop import press, screenshot, type_text, wait_for
from test_window import ARTIFACTS, BLENDER, pytestmark  # noqa: F401  # skips these tests, too
from window import PATIENCE, ROOT, Window, end, open_window

FAKE = ROOT / "tests" / "blender" / "fake_backend.py"
ENDLESS = 101  # the seed of a job that goes on until it is told to end
SETTINGS = {"prompt": "a blue car", "seed": ENDLESS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one user has: Blender's settings, the jobs, an environment whose Python runs the fake backend."""
    from dreamfusion_blender.environment import Environment

    folder = tmp_path_factory.mktemp("live")
    python = folder / "environment" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(FAKE))}\n")
    python.chmod(0o755)
    Environment(folder / "environment").write_marker("ready")
    return folder


def start(folder: Path) -> Window:
    return open_window(BLENDER, folder, SETTINGS, folder / "environment")


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Window]:
    """One Blender for the first half of the story: the tests below are its chapters, in order."""
    window = start(folder)
    yield window
    end(window)


def live(window: Window) -> dict[str, Any]:
    nothing = {"shape": None, "is_asset": False, "uid": None, "name": None, "modifiers": None, "materials": None}
    return window.state["object"] or {**nothing, "location": [None] * 3}


def wait_for_growth(window: Window) -> None:
    for _ in range(2):
        shape = live(window)["shape"]
        wait_for("another shape", lambda shape=shape: live(window)["shape"] not in (None, shape), PATIENCE)


def push(window: Window, button: str, across: float = 1 / 3) -> None:
    window.push(button, across=across)
    window.leave()


def test_an_object_stands_and_grows(window):
    push(window, "bpy.ops.dreamfusion.start(")
    wait_for("object", lambda: live(window)["name"] == "a blue car", PATIENCE)
    wait_for_growth(window)
    assert window.state["selected"] == ["a blue car"]
    screenshot(ARTIFACTS / "live-1-growing.png")


def test_deleted_before_any_undo_step_held_it_it_comes_back_with_the_undo(window):
    press("Delete")
    wait_for("deletion", lambda: window.state["standing"] == "deleted", PATIENCE)
    press("ctrl+z")
    wait_for("return", lambda: window.state["standing"] == "standing", PATIENCE)
    wait_for_growth(window)
    assert window.state["selected"] == ["a blue car"]


def test_it_is_moved_and_modified_with_keys_while_it_grows(window):
    uid = live(window)["uid"]
    press("g", "x")
    type_text("2")
    press("Return", "ctrl+1")  # a subdivision modifier
    wait_for("modifier", lambda: live(window)["modifiers"] == ["Subdivision"], PATIENCE)
    wait_for_growth(window)
    assert live(window)["uid"] == uid and live(window)["location"][0] == 2
    screenshot(ARTIFACTS / "live-2-modified.png")


def test_undo_and_redo_in_the_middle_of_the_job(window):
    press("ctrl+z")
    wait_for("undone modifier", lambda: live(window)["modifiers"] == [] and live(window)["location"][0] == 2, PATIENCE)
    wait_for_growth(window)
    press("ctrl+z")
    # Before the move no undo step knew the object: it is made again where it stood.
    wait_for("object", lambda: live(window)["name"] == "a blue car", PATIENCE)
    wait_for_growth(window)
    press("ctrl+shift+z", "ctrl+shift+z")
    wait_for("redone modifier", lambda: live(window)["modifiers"] == ["Subdivision"], PATIENCE)
    wait_for_growth(window)
    assert window.state["objects"] == ["a blue car"] and window.state["work"] is not None
    assert live(window)["location"][0] == 2


def test_nothing_moves_under_a_dragging_hand(window):
    press("g")
    wait_for("drag", lambda: "TRANSFORM_OT_translate" in window.state["modal"], PATIENCE)
    window.settle()
    shape, seen = live(window)["shape"], window.state["work"]["previews"]
    wait_for("previews", lambda: window.state["work"]["previews"] > seen + 10, PATIENCE)
    assert live(window)["shape"] == shape
    press("Escape")
    wait_for_growth(window)


def test_deleted_it_stays_away_until_the_deletion_is_undone(window):
    press("Delete")
    wait_for("deletion", lambda: window.state["standing"] == "deleted", PATIENCE)
    time.sleep(1)
    assert not window.state["objects"] and window.state["work"] is not None
    screenshot(ARTIFACTS / "live-3-deleted.png")
    press("ctrl+z")
    wait_for("return", lambda: window.state["standing"] == "standing", PATIENCE)
    wait_for_growth(window)


def test_pause_frees_the_process_and_resume_goes_on_in_the_same_object(window):
    uid, backend = live(window)["uid"], window.state["backend"]
    push(window, "bpy.ops.dreamfusion.pause(", 0.6)
    wait_for("pause", lambda: window.state["work"] is None and window.state["stopped"], PATIENCE)
    wait_for("end of the process", lambda: not is_running(backend), PATIENCE)
    screenshot(ARTIFACTS / "live-4-paused.png")
    shape = live(window)["shape"]
    press("ctrl+z", "ctrl+shift+z")
    window.settle()
    assert live(window)["uid"] == uid
    push(window, "bpy.ops.dreamfusion.resume(")
    wait_for("another shape", lambda: live(window)["shape"] not in (None, shape), PATIENCE)
    wait_for_growth(window)
    assert live(window)["uid"] == uid


def test_stop_makes_the_asset_in_the_same_object_and_one_undo_takes_it_back(window):
    uid = live(window)["uid"]
    push(window, "bpy.ops.dreamfusion.stop(")
    wait_for("asset", lambda: live(window)["is_asset"], PATIENCE)
    assert live(window)["uid"] == uid and live(window)["modifiers"] == ["Subdivision"]
    assert live(window)["location"][0] == 2 and live(window)["materials"] == ["a blue car"]
    screenshot(ARTIFACTS / "live-5-stopped.png")
    press("ctrl+z")
    wait_for("undone import", lambda: not live(window)["is_asset"], PATIENCE)
    press("ctrl+shift+z")
    wait_for("redone import", lambda: live(window)["is_asset"], PATIENCE)


def test_blender_is_killed_in_the_middle_of_a_job(window, folder):
    push(window, "bpy.ops.dreamfusion.start(")
    wait_for("job at work", lambda: (window.state["work"] or {"step": 0})["step"] > 0, PATIENCE)
    backend = window.state["backend"]
    os.kill(blender_of(window), signal.SIGKILL)
    window.process.wait(PATIENCE)
    wait_for("end of the backend", lambda: not is_running(backend), PATIENCE)
    assert "Traceback" not in window.log.read_text(errors="replace")
    assert statuses(folder) == ["finished", "interrupted"]


def test_the_next_blender_offers_the_job_and_quitting_it_loses_nothing_either(folder):
    window = start(folder)
    try:
        wait_for("offer", lambda: len(window.state["unfinished"]) == 1, PATIENCE)
        window.leave()
        screenshot(ARTIFACTS / "live-6-offered.png")
        push(window, "bpy.ops.dreamfusion.resume(")
        wait_for_growth(window)
        backend = window.state["backend"]
        press("ctrl+q")
        window.process.wait(PATIENCE)
        wait_for("end of the backend", lambda: not is_running(backend), PATIENCE)
        assert "Traceback" not in window.log.read_text(errors="replace")
        assert statuses(folder) == ["finished", "interrupted"]
    finally:
        end(window)


def test_resumed_after_quitting_it_is_finished(folder):
    window = start(folder)
    try:
        wait_for("offer", lambda: len(window.state["unfinished"]) == 1, PATIENCE)
        push(window, "bpy.ops.dreamfusion.resume(")
        wait_for_growth(window)
        push(window, "bpy.ops.dreamfusion.stop(")
        wait_for("asset", lambda: live(window)["is_asset"], PATIENCE)
        assert statuses(folder) == ["finished", "finished"]
        press("ctrl+q")
        window.process.wait(PATIENCE)
    finally:
        end(window)


@pytest.mark.parametrize("undone", [False, True], ids=["held", "put back after an undo of its step"])
def test_a_paused_object_outlives_another_job_and_its_undo(folder, undone):
    window = start(folder)
    try:
        push(window, "bpy.ops.dreamfusion.start(")
        wait_for_growth(window)
        push(window, "bpy.ops.dreamfusion.pause(", 0.6)
        wait_for("pause", lambda: window.state["work"] is None and window.state["stopped"], PATIENCE)
        window.settle()
        paused = live(window)
        if undone:
            press("ctrl+z")
            wait_for("another object", lambda: live(window)["uid"] not in (None, paused["uid"]), PATIENCE)
            paused = live(window)
        push(window, "bpy.ops.dreamfusion.start(")
        wait_for("two objects", lambda: len(window.state["objects"]) == 2, PATIENCE)
        press("g", "x")
        type_text("2")
        press("Return")
        wait_for("move", lambda: live(window)["location"] != paused["location"], PATIENCE)
        press("ctrl+z")
        wait_for("undone move", lambda: live(window) == paused, PATIENCE)
        seen = window.state["work"]["previews"]
        wait_for("previews", lambda: window.state["work"]["previews"] > seen + 2, PATIENCE)
        assert len(window.state["objects"]) == 2
        screenshot(ARTIFACTS / "live-7-beside-a-paused-one.png")
    finally:
        end(window)


def statuses(folder: Path) -> list[str]:
    states = (folder / "jobs").glob("*/state.json")
    return sorted(json.loads(state.read_text())["status"] for state in states)


def blender_of(window: Window) -> int:
    """Its process; what was started may be a wrapper around it."""
    return window.state["blender"]


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
