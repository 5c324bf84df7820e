"""The preferences with the mouse: what takes room is shown, and the backend is repaired, removed and installed.

The cache folder is a temporary one with a made environment linked into it; its Python, and the one that makes another,
install nothing but say that they do.
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
from window import PATIENCE, Window, end, open_window

LEFT = 0.2  # of the page's width: where a row's first button is
HALF = 0.3  # where there are but two
RIGHT = 0.8
DOWN = 5  # the mouse's wheel, as a button
PYTHON = """#!/bin/sh
case "$*" in
  *"-m venv "*) for folder; do :; done; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python"; exit ;;
  *"-m pip install"*) echo "Collecting torch"; sleep 1; echo "Installing collected packages: torch"; exit ;;
esac
exec {python} "$@"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with a linked environment, a Python that makes others, and a deleted job."""
    from dreamfusion_blender.environment import Environment, lock_hash

    folder = tmp_path_factory.mktemp("preferences")
    for python in (folder / "python", folder / "made" / "bin" / "python"):
        python.parent.mkdir(parents=True, exist_ok=True)
        python.write_text(PYTHON.format(python=shlex.quote(sys.executable)))
        python.chmod(0o755)
    Environment(folder / "made").write_marker("ready")
    (folder / "made" / "weights").write_bytes(b"1" * 3_000_000)
    (folder / "cache").mkdir()
    (folder / "cache" / f"backend-{lock_hash()}").symlink_to(folder / "made")
    deleted = folder / "jobs" / ".deleted" / "a-red-mug-1-abcdef"
    deleted.mkdir(parents=True)
    (deleted / "asset.npz").write_bytes(b"1" * 2_000_000)
    return folder


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Window]:
    """One Blender for the whole story: the tests below are its chapters, in order."""
    chosen: dict[str, object] = {"cache": str(folder / "cache"), "python": str(folder / "python")}
    window = open_window(BLENDER, folder, chosen, script="inside_preferences.py")
    yield window
    end(window)


def push(window: Window, button: str, across: float, confirm: bool = True) -> None:
    """Click a button, and say yes to its question."""
    window.push(f"bpy.ops.dreamfusion.{button}(", across=across)
    if confirm:
        press("Return")


def the_backend(folder: Path) -> Path:
    (found,) = (each for each in (folder / "cache").iterdir() if each.suffix != ".lock")
    return found


def is_linked(folder: Path) -> bool:
    return any(each.is_symlink() for each in (folder / "cache").iterdir())


def test_the_page_shows_the_sizes(window):
    wait_for("sizes", lambda: "3 MB" in window.state["known"].values(), PATIENCE)
    wait_for("the deleted jobs' size", lambda: "2 MB" in window.state["known"].values(), PATIENCE)
    time.sleep(1)  # so that the picture shows everything drawn
    screenshot(ARTIFACTS / "preferences-1-page.png")
    assert window.state["ready"]


def test_repair_makes_the_environment_anew_and_leaves_what_was_linked(window, folder):
    push(window, "repair_backend", HALF)
    wait_for("install", lambda: window.state["install"] or not is_linked(folder), PATIENCE)
    screenshot(ARTIFACTS / "preferences-2-repair.png")
    wait_for("whole environment", lambda: window.state["ready"] and window.state["install"] is None, PATIENCE)
    assert window.state["error"] is None and not is_linked(folder)
    assert (folder / "made" / "weights").exists()


def test_remove_takes_it_off_the_disk_and_install_brings_it_back(window, folder):
    push(window, "remove_backend", RIGHT)
    wait_for("removal", lambda: not window.state["ready"] and window.state["install"] is None, PATIENCE)
    assert window.state["error"] is None and not [each for each in (folder / "cache").iterdir() if each.is_dir()]
    wait_for("cost", lambda: any("GB to download" in each for each in window.state["known"].values()), PATIENCE)
    time.sleep(1)
    screenshot(ARTIFACTS / "preferences-3-removed.png")
    push(window, "install_backend", LEFT, confirm=False)
    wait_for("install", lambda: window.state["ready"] and window.state["install"] is None, PATIENCE)
    assert window.state["error"] is None and the_backend(folder).is_dir()


def test_deleted_jobs_are_deleted_for_ever_after_a_question(window, folder):
    for _ in range(15):
        xdotool("click", DOWN)
    window.settle()
    screenshot(ARTIFACTS / "preferences-4-below.png")
    deleted = folder / "jobs" / ".deleted"
    push(window, "empty_deleted", RIGHT, confirm=False)
    press("Escape")
    window.settle()
    assert list(deleted.iterdir())
    push(window, "empty_deleted", RIGHT)
    wait_for("empty folder", lambda: not list(deleted.iterdir()), PATIENCE)


def test_the_network_is_set_where_the_button_leads(window):
    window.find("bpy.ops.extensions.userpref_show_online(", across=RIGHT)
    click()
    wait_for("page", lambda: window.state["section"] == "SYSTEM", PATIENCE)
    assert "Traceback" not in window.log.read_text(errors="replace")
