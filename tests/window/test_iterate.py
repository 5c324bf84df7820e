"""Going on from an asset with mouse and keyboard: branch it in the dialog, see both, find them in the history.

The backend is the fake one of tests/blender: nothing here depends on what is made.
"""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop import click, press, screenshot, wait_for, xdotool
from test_window import ARTIFACTS, BLENDER, pytestmark  # noqa: F401  # skips these tests, too
from window import PATIENCE, ROOT, Window, end, open_window

FAKE = ROOT / "tests" / "blender" / "fake_backend.py"
SETTINGS = {"prompt": "a red mug", "seed": 1}
HEADER = 30  # pixels from the middle of a panel's last button to that of the next panel's header


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Blender's settings, the jobs, an environment whose Python runs the fake backend."""
    from dreamfusion_blender.environment import Environment

    folder = tmp_path_factory.mktemp("iterate")
    python = folder / "environment" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(FAKE))} "$@"\n')
    python.chmod(0o755)
    Environment(folder / "environment").write_marker("ready")
    return folder


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Window]:
    """One Blender for the whole story: the tests below are its chapters, in order."""
    window = open_window(BLENDER, folder, SETTINGS, folder / "environment")
    yield window
    end(window)


def push(window: Window, button: str, across: float = 1 / 3) -> int:
    return window.push(button, across=across)


def test_an_asset_offers_ways_to_go_on(window):
    push(window, "bpy.ops.dreamfusion.start(")
    window.leave()
    wait_for("asset", lambda: window.state["work"] is None and window.state["selected"] == ["a red mug"], PATIENCE)
    time.sleep(1)  # so that the picture shows everything drawn
    screenshot(ARTIFACTS / "iterate-1-ways.png")
    for button in ("continue_job", "restyle", "mark_asset"):
        window.find(f"bpy.ops.dreamfusion.{button}(")


def test_branch_asks_and_the_child_stands_beside_its_parent(window, folder):
    push(window, "bpy.ops.dreamfusion.branch(", across=3 / 4)
    screenshot(ARTIFACTS / "iterate-2-dialog.png")
    press("Return")  # as the dialog opens: the parent's own prompt
    wait_for("child", lambda: len(window.state["objects"]) == 2 and window.state["work"] is None, PATIENCE)
    assert len(list((folder / "jobs").glob("a-red-mug-1-*"))) == 2
    assert len(list((folder / "jobs").glob("*/start.safetensors"))) == 1
    window.leave()
    screenshot(ARTIFACTS / "iterate-3-branch.png")


def test_the_history_opens_with_a_click(window):
    last = window.find("bpy.ops.dreamfusion.mark_asset(")
    left, _top, width, _height = window.state["sidebar"]
    xdotool("mousemove", left + width // 3, last + HEADER)
    click()
    window.leave()
    time.sleep(1)  # the list is read in a thread, and its pictures when they are first drawn
    screenshot(ARTIFACTS / "iterate-4-history.png")
    window.find("bpy.ops.dreamfusion.read_history(", start=last, across=0.84)


def test_a_job_of_the_history_is_imported_with_one_click(window):
    push(window, "bpy.ops.dreamfusion.import_job(")
    wait_for("copy", lambda: len(window.state["objects"]) == 3, PATIENCE)
    assert "Traceback" not in window.log.read_text(errors="replace")
