"""A Blender with a window, the extension installed in it, as a test sees it: by its screen and its state file."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop import click, move, point, press, type_text, wait_for

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GEOMETRY = ("0", "0", "1280", "800")
STARTS_WITHIN = 180.0  # seconds; the first start compiles shaders, in software
PATIENCE = 240.0  # seconds that a machine may take which has much else to do
ROW = 8  # pixels; less than half of any button's height
TRIES = 3  # Blender may miss a click while it draws two pictures a second


@dataclass
class Window:
    """A running Blender. State: see inside.py."""

    process: subprocess.Popen[bytes]
    state_file: Path
    log: Path

    @property
    def state(self) -> dict[str, Any]:
        """What Blender wrote last. Fails with its log where it has ended, or a timer raised (and runs no more)."""
        log = self.log.read_text(errors="replace")
        assert self.process.poll() is None, f"Blender has ended:\n{log}"
        assert "Traceback" not in log, log
        return json.loads(self.state_file.read_text())

    def settle(self) -> None:
        """Wait for the second state from now: Blender has taken in what mouse and keyboard did, however slow it is."""
        seen = self.state["number"]
        wait_for("sign of life", lambda: self.state["number"] >= seen + 2, PATIENCE)

    def find(self, button: str, start: int = 0, across: float = 1 / 3) -> int:
        """Move the mouse down the sidebar until it is over the operator's button or the property's field.

        start: from where, in pixels of the screen.  across: how far from the sidebar's left edge to its right one,
        where buttons stand side by side.  Returns where it was found, in pixels of the screen.
        """
        for _ in range(TRIES):  # the panel may not have been drawn yet
            left, top, width, height = self.state["sidebar"]
            for y in range(max(start, top + ROW), top + height, ROW):
                move(left + round(width * across), y)
                self.settle()
                if (self.state["hovered"] or "").startswith(button):
                    return y
        raise AssertionError(f"{button} is nowhere in the sidebar")

    def push(self, button: str, start: int = 0, across: float = 1 / 3) -> int:
        """Click an operator's button, again where Blender never called the operator. Returns where it is, like find.

        A question that the operator asks is open then.
        """
        name = button.removeprefix("bpy.ops.").rstrip("(")
        before = self.state["called"].get(name, 0)
        for attempt in range(TRIES):
            found = self.find(button, start, across)
            click()
            self.settle()
            if self.state["called"].get(name, 0) > before:
                if attempt:
                    warnings.warn(f"{button}: {attempt} clicks were missed", stacklevel=2)
                return found
        raise AssertionError(f"{button} was clicked {TRIES} times and never called")

    def fill(
        self,
        field: str,
        text: str,
        holds: Callable[[dict[str, Any]], bool],
        start: int = 0,
        across: float = 1 / 3,
    ) -> int:
        """Type into a property's field until the state holds what it is to. Returns where it is, like find."""
        for _ in range(TRIES):
            found = self.find(field, start, across)
            click(times=2)
            press("ctrl+a")
            type_text(text)
            press("Return")
            self.settle()
            if holds(self.state):
                return found
            press("Escape")  # a field that is still open, or a menu that one of the letters called
            self.leave()
        raise AssertionError(f"{field} did not take {text!r}")

    def leave(self) -> None:
        """Move the mouse into the viewport, so that no tooltip covers the sidebar."""
        left, top, _, height = self.state["sidebar"]
        point(left // 3, top + height // 2)


def open_window(
    blender: str,
    folder: Path,
    settings: dict[str, object],
    environment: Path | None = None,
    script: str = "inside.py",
) -> Window:
    """Build and install the extension with Blender's own commands, then start Blender with its sidebar open.

    A folder that has been used before is what an earlier Blender left behind: nothing is installed again.
    environment: the backend's, instead of the usual one.  script: what runs inside, with the settings.
    """
    variables = {
        **os.environ,
        "BLENDER_USER_RESOURCES": str(folder / "blender"),
        "DREAMFUSION_JOBS": str(folder / "jobs"),
        "LIBGL_ALWAYS_SOFTWARE": "1",
        **({} if environment is None else {"DREAMFUSION_ENV": str(environment)}),
    }
    extension = [blender, "--command", "extension"]
    if not list(folder.glob("*.zip")):
        build = [*extension, "build", "--source-dir", str(ROOT), "--output-dir", str(folder)]
        subprocess.run(build, check=True, env=variables, stdin=subprocess.DEVNULL)
        (package,) = folder.glob("*.zip")
        install = [*extension, "install-file", "-r", "user_default", "-e", str(package)]
        subprocess.run(install, check=True, env=variables, stdin=subprocess.DEVNULL)
    state_file, log = folder / "state.json", folder / "blender.log"
    state_file.unlink(missing_ok=True)
    inside = ["--python", str(HERE / script), "--", str(state_file), json.dumps(settings)]
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [blender, "--window-geometry", *GEOMETRY, *inside],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that whatever is left of it can be ended together
        )
    # A nice value counts within a session alone, and this is one of its own: it comes before the tests beside it.
    with contextlib.suppress(OSError):  # not every Linux groups so, and it takes root
        Path(f"/proc/{process.pid}/autogroup").write_text("-10")
    window = Window(process, state_file, log)
    try:
        wait_for("sidebar", lambda: state_file.exists() and window.state["is_shown"], STARTS_WITHIN)
    except BaseException:
        end(window)
        raise
    return window


def end(window: Window) -> None:
    """Make sure that nothing of it is left."""
    if window.process.poll() is None:
        os.killpg(window.process.pid, signal.SIGKILL)
        window.process.wait()
