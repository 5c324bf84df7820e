"""Refining a mesh with mouse and keyboard: cancelled, it is as it was; finished, the result stands in its place.

The backend is the fake one of tests/blender: nothing here depends on what is made.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop import click, pixels, point, press, screenshot, wait_for
from test_iterate import folder  # noqa: F401  # a fixture
from test_window import ARTIFACTS, BLENDER, pytestmark  # noqa: F401  # skips these tests, too
from window import PATIENCE, Window, end, open_window

ENDLESS = 101  # the seed of the fake backend's jobs that only a click ends
PLACE = {"location": (0.2, -0.2, 0.5), "rotation_euler": (0.0, 0.0, 0.5), "scale": (0.3, 0.3, 0.4)}
PROMPT = "a blue bucket"
FIRST = 48  # pixels from the top of the button Generate to the middle of the next header, which is History's
NEXT = 26  # pixels from the header of a folded panel to the next one's
SEEN, UNSEEN = 300, 20  # pixels of the room's lines in the viewport
LAST = 0.84  # of the sidebar's width: the small button at the end of a row


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Window]:  # noqa: F811
    """One Blender for the whole story: the tests below are its chapters, in order."""
    window = open_window(BLENDER, folder, {"cube": PLACE, "seed": ENDLESS}, folder / "environment")
    yield window
    end(window)


def header(window: Window, y: int) -> None:
    """Click a panel's header."""
    left, _, width, _ = window.state["sidebar"]
    point(left + width // 4, y)
    click()
    window.leave()


def test_the_sections_open_with_a_click(window):
    start = window.find("bpy.ops.dreamfusion.start(")
    history = start + FIRST
    for number in (3, 2, 1):  # Constraints, Guides, Refine: each opens downward
        header(window, history + number * NEXT)
    time.sleep(1)  # so that the picture shows everything drawn
    screenshot(ARTIFACTS / "refine-1-sections.png")
    strength = window.find("dreamfusion_shape.strength", history, 0.7)
    front = window.find("bpy.ops.dreamfusion.add_front(", strength, LAST)
    window.find("dreamfusion_shape.symmetry", front, 0.7)
    window.leave()


def test_a_front_marker_shows_the_room_until_it_is_undone(window):
    window.push("bpy.ops.dreamfusion.add_front(", across=LAST)
    window.leave()
    wait_for("lines of the room", lambda: turquoise(window) > SEEN, PATIENCE)
    screenshot(ARTIFACTS / "refine-1-volume.png")
    press("ctrl+z")
    wait_for("no line", lambda: turquoise(window) < UNSEEN, PATIENCE)


def test_cancelling_brings_the_original_back(window):
    before = window.state["meshes"]["Cube"]
    window.fill("dreamfusion.prompt", PROMPT, lambda state: state["prompt"] == PROMPT)
    window.push("bpy.ops.dreamfusion.start_refine(")
    window.leave()
    wait_for("live object", lambda: PROMPT in window.state["meshes"], PATIENCE)
    assert not window.state["meshes"]["Cube"]["visible"]
    assert window.state["meshes"][PROMPT]["matrix"] == pytest.approx(before["matrix"], abs=1e-4)
    time.sleep(1)
    screenshot(ARTIFACTS / "refine-2-work.png")
    press("ctrl+z")  # of the prompt: no step knows yet that the original is hidden
    window.settle()
    wait_for("live object after the undo", lambda: is_covered(window), PATIENCE)
    press("ctrl+shift+z")
    window.settle()
    wait_for("live object after the redo", lambda: is_covered(window), PATIENCE)
    window.push("bpy.ops.dreamfusion.cancel(", across=LAST)
    window.leave()
    wait_for("original", lambda: list(window.state["meshes"]) == ["Cube"], PATIENCE)
    wait_for("selection", lambda: window.state["selected"] == ["Cube"], PATIENCE)
    assert window.state["meshes"]["Cube"] == before
    screenshot(ARTIFACTS / "refine-3-cancelled.png")


def test_the_result_stands_in_the_place_of_the_original(window, folder):  # noqa: F811
    """Also in local view, where only chosen objects are shown."""
    before = window.state["meshes"]["Cube"]
    select_the_cube(window)
    window.leave()
    press("KP_Divide")
    window.fill("dreamfusion.seed", "1", lambda state: state["seed"] == 1, across=0.7)
    window.push("bpy.ops.dreamfusion.start_refine(")
    window.leave()
    wait_for("result", lambda: window.state["selected"] == [PROMPT] and window.state["work"] is None, PATIENCE)
    assert window.state["meshes"][PROMPT] == {"visible": True, "matrix": pytest.approx(before["matrix"], abs=1e-4)}
    assert window.state["meshes"]["Cube"] == {**before, "visible": False}
    time.sleep(1)
    screenshot(ARTIFACTS / "refine-4-result.png")
    press("KP_Divide")
    wait_for("all objects", lambda: window.state["meshes"][PROMPT]["visible"], PATIENCE)
    assert list((folder / "jobs").glob("*-1-*/inputs.npz"))
    assert "Traceback" not in window.log.read_text(errors="replace")


def is_covered(window: Window) -> bool:
    """Whether the live object stands in the hidden cube's place."""
    meshes = window.state["meshes"]
    return PROMPT in meshes and not meshes["Cube"]["visible"]


def turquoise(window: Window) -> int:
    """How many pixels of the viewport have the colour of the room's lines. The lower part, without Blender's gizmo."""
    left, top, _, height = window.state["sidebar"]
    shown = pixels(0, top + height // 3, left, height * 2 // 3)
    return sum(red < 120 and green > 160 and blue > 160 for red, green, blue in shown)


def select_the_cube(window: Window) -> None:
    """Click it in the middle of the viewport."""
    left, top, _, height = window.state["sidebar"]
    point(left * 2 // 3, top + height // 2)
    click()
    wait_for("selected cube", lambda: window.state["selected"] == ["Cube"], PATIENCE)
