"""An asset that came out too thick is cut again as an artist does it: sliders, the button, undo, and the redo panel.

Needs a Blender with a window, as test_window.py does. The asset is cut from a field made here, half red, half blue.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from desktop import click, pixels, point, press, screenshot, type_text, wait_for, xdotool
from window import PATIENCE, ROOT, Window, end, open_window

from dreamfusion_blender import jobs
from dreamfusion_blender.cut import CutSettings
from dreamfusion_blender.environment import Environment
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder

NAME = "a red mug"
SIDE = 64  # of the field, points
CUT_SECONDS = 240.0  # that a busy machine may take
SIZE_ABOVE = 41  # pixels from the redo panel's lower edge to its last setting, the size
ARTIFACTS = Path(os.environ.get("DREAMFUSION_ARTIFACTS") or ROOT / "artifacts")
RED, BLUE = (210, 30, 30), (30, 50, 210)

BLENDER = os.environ.get("DREAMFUSION_BLENDER", "")
pytestmark = pytest.mark.skipif(
    not (BLENDER and os.environ.get("DISPLAY")),
    reason="needs DREAMFUSION_BLENDER, naming a Blender executable, and a display",
)


def make_job(root: Path) -> JobFolder:
    """A finished job: an egg, red at -X and blue at +X."""
    axis = np.linspace(-1, 1, SIDE, dtype=np.float32)
    x = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    surface = 0.55 - np.linalg.norm(x * np.array([1, 1, 0.7], np.float32), axis=-1)
    albedo = np.where(x[..., :1] < 0, RED, BLUE).astype(np.uint8)
    job = JobFolder.create(JobSpec(prompt=NAME, triangles=2000, texture_size=256), root)
    np.savez(job.field, surface=surface, albedo=albedo, density_scale=60.0, beta=0.012, version=1)
    jobs.extract(job, environment=Environment(), cut=CutSettings())
    job.write_state("finished")
    return job


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """One Blender for the whole story: the tests below are its chapters, in order."""
    folder = tmp_path_factory.mktemp("window")
    job = make_job(folder / "jobs")
    window = open_window(BLENDER, folder, {"import_job": str(job.path)}, Environment().folder)
    yield window
    end(window)


def test_the_panel_shows_the_asset_and_its_field(window):
    wait_for("both colours", lambda: share(window, BLUE) > 0.01 and share(window, RED) > 0.01, 60)
    scroll_down(window)
    window.find("dreamfusion_field.threshold", middle(window), 0.7)
    window.leave()
    screenshot(ARTIFACTS / "reextract-1-panel.png")


def test_a_threshold_is_typed_and_the_mesh_cut_again_in_place(window):
    before = window.state["object"]
    smoothing = window.fill(
        "dreamfusion_field.smoothing", "3", lambda state: is_next(state, "smoothing", 3), middle(window), 0.7
    )
    size = window.fill("dreamfusion_field.size", "0.5", lambda state: is_next(state, "size", 0.5), smoothing, 0.7)
    window.push("bpy.ops.dreamfusion.reextract(", size)
    window.leave()
    wait_for("smaller mesh", lambda: max(window.state["object"]["dimensions"]) < 0.51, CUT_SECONDS)
    after = window.state["object"]
    assert (after["uid"], after["name"], after["materials"]) == (before["uid"], before["name"], before["materials"])
    assert after["cut"]["smoothing"] == 3 and after["next"] is None
    print(f"\ncutting again took {window.state['cut_seconds']} s")
    screenshot(ARTIFACTS / "reextract-2-cut.png")


def test_one_undo_takes_it_back_and_one_redo_brings_it_again(window):
    window.leave()
    press("ctrl+z")
    wait_for("undone cut", lambda: max(window.state["object"]["dimensions"]) > 0.99, PATIENCE)
    assert window.state["object"]["cut"]["smoothing"] == 10
    wait_for("old colours", lambda: share(window, BLUE) > 0.01, PATIENCE)
    press("ctrl+shift+z")
    wait_for("redone cut", lambda: max(window.state["object"]["dimensions"]) < 0.51, PATIENCE)


def test_the_redo_panel_cuts_once_more_with_another_setting(window):
    """Undone and cut again by the button, so that the operator is the last operation."""
    window.leave()
    press("ctrl+z")
    wait_for("undone cut", lambda: max(window.state["object"]["dimensions"]) > 0.99, PATIENCE)
    window.push("bpy.ops.dreamfusion.reextract(", middle(window))
    window.leave()
    # The cut first: until it is done, the panel that is reported is the last operation's, out of sight since the undo.
    wait_for("cut again", lambda: max(window.state["object"]["dimensions"]) < 0.51, CUT_SECONDS)
    wait_for("redo panel", lambda: window.state["redo"], PATIENCE)
    steady(window)
    point_at_size(window)
    click(times=2)
    press("ctrl+a")
    type_text("0.7")
    press("Return")
    wait_for("another size", lambda: 0.69 < max(window.state["object"]["dimensions"]) < 0.71, CUT_SECONDS)
    window.leave()
    screenshot(ARTIFACTS / "reextract-3-redo.png")
    press("ctrl+z")
    wait_for("one undo for both", lambda: max(window.state["object"]["dimensions"]) > 0.99, PATIENCE)
    assert "Traceback" not in window.log.read_text(errors="replace")


def scroll_down(window: Window) -> None:
    """Turn the wheel over the sidebar until its end is shown."""
    left, top, width, height = window.state["sidebar"]
    point(left + width // 2, top + height // 2)
    xdotool("click", "--repeat", 30, "--delay", 50, 5)
    window.settle()


def is_next(state: dict[str, Any], setting: str, value: float) -> bool:
    """Whether the object is to be cut with this setting the next time."""
    return (state["object"]["next"] or {}).get(setting) == value


def steady(window: Window) -> None:
    """Wait until the redo panel stands still, which opens gradually."""
    wait_for("steady redo panel", lambda: is_still(window), PATIENCE)


def is_still(window: Window) -> bool:
    before = window.state["redo"]
    window.settle()
    return bool(before) and window.state["redo"] == before


def middle(window: Window) -> int:
    """Somewhat above the sidebar's middle, in pixels of the screen: scrolled down, the field's settings begin below."""
    _, top, _, height = window.state["sidebar"]
    return top + height // 3


def point_at_size(window: Window) -> None:
    """Move the mouse over the size in "Adjust Last Operation", opened where it is folded.

    It is found by its place: what belongs to an operator has no data path that could be asked for.
    """
    left, top, width, height = window.state["redo"]
    if height < 60:  # its title alone
        point(left + 20, top + height // 2)
        click()
        wait_for("open redo panel", lambda: window.state["redo"][3] > 60, PATIENCE)
        steady(window)
        left, top, width, height = window.state["redo"]
    point(left + round(width * 0.7), top + height - SIZE_ABOVE)


def share(window: Window, colour: tuple[int, int, int]) -> float:
    """The share of pixels in the middle of the viewport in which the colour's strongest channel rules."""
    left, top, _, height = window.state["sidebar"]
    strongest = int(np.argmax(colour))
    shown = np.array(pixels(left // 4, top + height // 4, left // 2, height // 2), int)
    rest = np.delete(shown, strongest, axis=1).max(axis=1)
    return float(((shown[:, strongest] > 1.5 * rest) & (shown[:, strongest] > 60)).mean())
