"""The main job without a click: F3 finds the menus' entries, dialogs take text and Return.

The mouse only rests over the viewport, which is how Blender knows where keys are meant for. The backend is the fake one
of tests/blender: nothing here depends on what is made.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop import press, screenshot, type_text, wait_for
from test_iterate import SOON, folder  # noqa: F401  # a fixture
from test_window import ARTIFACTS, BLENDER, pytestmark  # noqa: F401  # skips these tests, too
from window import Window, end, open_window

ENDLESS = 101  # the seed of the fake backend's jobs that only somebody ends


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Window]:  # noqa: F811
    """One Blender for the whole story: the tests below are its chapters, in order."""
    window = open_window(BLENDER, folder, {"seed": 1}, folder / "environment")
    window.leave()
    yield window
    end(window)


def search(words: str) -> None:
    """F3, what is looked for, Return."""
    press("F3")
    time.sleep(0.5)
    type_text(words)
    time.sleep(0.5)
    press("Return")
    time.sleep(0.5)


def ask(prompt: str, seed: int) -> None:
    """Have it generated from the dialog, whose first field has the keyboard."""
    search("Generate from Prompt")
    press("ctrl+a")
    type_text(prompt)
    press("Tab", "ctrl+a")
    type_text(str(seed))
    press("Return")
    screenshot(ARTIFACTS / "keyboard-1-dialog.png")
    press("Return")


def test_a_prompt_becomes_an_asset(window):
    ask("a blue bucket", 1)
    wait_for("asset", lambda: window.state["work"] is None and window.state["selected"] == ["a blue bucket"], SOON)
    screenshot(ARTIFACTS / "keyboard-2-asset.png")


def test_the_asset_is_branched(window):
    search("DreamFusion Branch")
    screenshot(ARTIFACTS / "keyboard-3-branch.png")
    press("Return")
    wait_for("child", lambda: len(window.state["objects"]) == 2 and window.state["work"] is None, SOON)


def test_a_job_is_paused_resumed_and_stopped(window):
    ask("a red mug", ENDLESS)
    wait_for("job at work", lambda: (window.state["work"] or {"step": 0})["step"] > 0, SOON)
    search("DreamFusion Pause")
    wait_for("pause", lambda: window.state["work"] is None and window.state["stopped"], SOON)
    search("DreamFusion Resume")
    wait_for("job at work", lambda: (window.state["work"] or {"step": 0})["step"] > 0, SOON)
    search("DreamFusion Stop Here")
    wait_for("asset", lambda: window.state["work"] is None and "a red mug" in window.state["objects"], SOON)


def test_a_section_opens_at_the_mouse_and_takes_keys(window):
    search("Sections Advanced")
    press("Home", "Down")  # from the negative prompt to the steps
    press("Return", "ctrl+a")
    type_text("7")
    screenshot(ARTIFACTS / "keyboard-4-advanced.png")
    press("Return", "Escape")
    wait_for("steps", lambda: window.state["steps"] == 7, 10)
    assert "Traceback" not in window.log.read_text(errors="replace")
