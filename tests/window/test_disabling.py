"""The extension is disabled in the middle of a job: what stands is in an undo step, and undoing that is safe."""

from __future__ import annotations

from desktop import press, wait_for
from test_iterate import folder  # noqa: F401  # a fixture
from test_window import ARTIFACTS, BLENDER, pytestmark  # noqa: F401  # skips these tests, too
from window import PATIENCE, end, open_window

ENDLESS = 101  # the seed of a job that goes on until it is told to end
PROMPT = "a blue car"


def test_what_stands_is_undone_and_redone_without_the_extension(folder):  # noqa: F811
    chosen: dict[str, object] = {"prompt": PROMPT, "seed": ENDLESS}
    window = open_window(BLENDER, folder, chosen, folder / "environment", script="inside_disabling.py")
    try:
        before = window.state["meshes"]
        assert list(before) == [PROMPT] and before[PROMPT]
        window.leave()
        press("ctrl+z")
        wait_for("undone object", lambda: not window.state["meshes"], PATIENCE)
        press("ctrl+z", "ctrl+shift+z", "ctrl+shift+z")
        wait_for("redone object", lambda: window.state["meshes"] == before, PATIENCE)
        window.settle()
    finally:
        end(window)
