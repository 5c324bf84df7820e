"""The mouse, the keyboard and the screen of an X display, through xdotool and ImageMagick's `import`.

Those of Debian's trixie do, for Blender 5.2 as well; the xdotool of sid (November 2026) presses Alt with F3.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

SETTLE_SECONDS = 0.3  # Blender draws in software here


def xdotool(*arguments: str | int) -> None:
    """Run one xdotool command."""
    subprocess.run(["xdotool", *map(str, arguments)], check=True, capture_output=True)


def move(x: int, y: int) -> None:
    """Move the mouse there, in two moves: Blender looks for the button under it at the second."""
    xdotool("mousemove", x - 2, y)
    time.sleep(0.05)
    xdotool("mousemove", x, y)


def point(x: int, y: int) -> None:
    """Move the mouse there and give Blender a moment."""
    move(x, y)
    time.sleep(SETTLE_SECONDS)


def click(times: int = 1) -> None:
    """Press and release the left button."""
    xdotool("click", "--repeat", times, "--delay", 50, 1)
    time.sleep(SETTLE_SECONDS)


def press(*keys: str) -> None:
    """Press keys one after another, such as ctrl+z."""
    for key in keys:
        xdotool("key", key)
        time.sleep(SETTLE_SECONDS)


def type_text(text: str) -> None:
    """Type as a person would."""
    xdotool("type", "--delay", 60, text)
    time.sleep(SETTLE_SECONDS)


def screenshot(path: Path) -> None:
    """Keep what the whole screen shows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["import", "-window", "root", str(path)], check=True, capture_output=True)


def pixels(x: int, y: int, width: int, height: int) -> list[tuple[int, int, int]]:
    """The colours that a rectangle of the screen shows, row by row, 0 to 255."""
    area = f"{width}x{height}+{x}+{y}"
    options = ["-window", "root", "-crop", area, "-depth", "8", "rgb:-"]
    data = subprocess.run(["import", *options], check=True, capture_output=True).stdout
    assert len(data) == 3 * width * height
    return list(zip(data[0::3], data[1::3], data[2::3], strict=True))


def wait_for(what: str, condition: Callable[[], object], seconds: float) -> None:
    """Wait until the condition holds; fail naming `what` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"no {what} within {seconds:g} s"
        time.sleep(0.1)
