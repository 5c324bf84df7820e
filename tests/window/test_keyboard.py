"""The main job without a click: F3 finds the menus' entries, dialogs take text and Return.

The mouse only rests over the viewport, which is how Blender knows where keys are meant for. The backend is the fake one
of tests/blender: nothing here depends on what is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop import press, screenshot, type_text, wait_for
from test_iterate import folder  # noqa: F401  # a fixture
from test_window import ARTIFACTS, BLENDER, pytestmark  # noqa: F401  # skips these tests, too
from window import PATIENCE, TRIES, Window, end, open_window

ENDLESS = 101  # the seed of the fake backend's jobs that only somebody ends


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Window]:  # noqa: F811
    """One Blender for the whole story: the tests below are its chapters, in order."""
    window = open_window(BLENDER, folder, {"seed": 1}, folder / "environment")
    window.leave()
    yield window
    end(window)


def search(window: Window, words: str, operator: str = "") -> None:
    """F3, what is looked for, Return; again where the operator was not called by that."""
    before = window.state["called"].get(operator, 0)
    for _ in range(TRIES):
        press("F3")
        window.settle()
        type_text(words)
        window.settle()
        press("Return")
        window.settle()
        if not operator or window.state["called"].get(operator, 0) > before:
            return
        press("Escape", "Escape")
    raise AssertionError(f"{words} led to nothing")


def ask(window: Window, prompt: str, seed: int) -> None:
    """Have it generated from the dialog, whose first field has the keyboard."""
    search(window, "Generate from Prompt", "dreamfusion.ask")
    press("ctrl+a")
    type_text(prompt)
    press("Tab", "ctrl+a")
    type_text(str(seed))
    press("Return")
    wait_for("settings", lambda: (window.state["prompt"], window.state["seed"]) == (prompt, seed), PATIENCE)
    screenshot(ARTIFACTS / "keyboard-1-dialog.png")
    press("Return")


def test_a_prompt_becomes_an_asset(window):
    ask(window, "a blue bucket", 1)
    wait_for("asset", lambda: window.state["work"] is None and window.state["selected"] == ["a blue bucket"], PATIENCE)
    screenshot(ARTIFACTS / "keyboard-2-asset.png")


def test_the_asset_is_branched(window):
    search(window, "DreamFusion Branch", "dreamfusion.branch")
    screenshot(ARTIFACTS / "keyboard-3-branch.png")
    press("Return")
    wait_for("child", lambda: len(window.state["objects"]) == 2 and window.state["work"] is None, PATIENCE)


def test_a_job_is_paused_resumed_and_stopped(window):
    ask(window, "a red mug", ENDLESS)
    wait_for("job at work", lambda: (window.state["work"] or {"step": 0})["step"] > 0, PATIENCE)
    search(window, "DreamFusion Pause", "dreamfusion.pause")
    wait_for("pause", lambda: window.state["work"] is None and window.state["stopped"], PATIENCE)
    search(window, "DreamFusion Resume", "dreamfusion.resume")
    wait_for("job at work", lambda: (window.state["work"] or {"step": 0})["step"] > 0, PATIENCE)
    search(window, "DreamFusion Stop Here", "dreamfusion.stop")
    wait_for("asset", lambda: window.state["work"] is None and "a red mug" in window.state["objects"], PATIENCE)


def test_a_section_opens_at_the_mouse_and_takes_keys(window):
    search(window, "Sections Advanced")
    press("Home", "Down")  # from the negative prompt to the steps
    press("Return", "ctrl+a")
    type_text("7")
    screenshot(ARTIFACTS / "keyboard-4-advanced.png")
    press("Return", "Escape")
    wait_for("steps", lambda: window.state["steps"] == 7, PATIENCE)
    assert "Traceback" not in window.log.read_text(errors="replace")
