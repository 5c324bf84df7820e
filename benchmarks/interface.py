"""How long a live job keeps Blender's interface waiting, in a real window with real clicks.

    python benchmarks/interface.py BLENDER            one job of the preset `preview`, a minute on an idle laptop
    python benchmarks/interface.py BLENDER --json     the same for programs

Needs a display, xdotool, and the backend installed. What is measured: each call of the extension's timer function
(those that update the live object and the one that imports the asset apart), and how late Blender's own loop comes
round, at rest and during the job. Seconds in which this thread could have run and the machine ran another program
instead are not counted. Exit code 1: the 99th percentile of a kind of call is above its limit.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "window")]  # the window's helpers are the tests'

from desktop import click, wait_for  # noqa: E402  # pyright: ignore[reportMissingImports]  # not before the path is set
from window import Window, end, open_window  # noqa: E402  # pyright: ignore[reportMissingImports]

SETTINGS = {"prompt": "a blue car", "preset": "preview", "steps": 120}
LIMITS = {"call": 0.05, "update": 0.05, "import": 0.5}  # seconds, of the 99th percentile
KINDS = {
    "call": "the timer's other calls",
    "update": "updates of the live object",
    "import": "import of the asset",
    "loop at rest": "Blender's loop late, at rest",
    "loop at work": "Blender's loop late, in the job",
}
REST_SECONDS = 10.0
JOB_SECONDS = 900.0


def main() -> int:
    """Run one job and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("blender", help="Blender's executable")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dreamfusion-interface-") as folder:
        window = open_window(options.blender, Path(folder), SETTINGS)
        try:
            spans, stands = measure(window)
        finally:
            end(window)
    if options.json:
        print(json.dumps({"stands_after": stands, **spans}))
    else:
        print(f"\nthe object stands {stands:.1f} s after the click")
        print(f"{'milliseconds':34}{'count':>7}{'median':>9}{'p99':>9}{'longest':>9}")
        for kind, words in KINDS.items():
            each = spans[kind]
            figures = (f"{1000 * each[name]:9.1f}" for name in ("median", "p99", "longest"))
            print(f"{words:34}{each['count']:7}{''.join(figures)}")
    return int(any(spans[kind]["p99"] > limit for kind, limit in LIMITS.items()))


def measure(window: Window) -> tuple[dict[str, dict[str, float]], float]:
    """The times of each kind, and the seconds from the click to the object."""
    time.sleep(REST_SECONDS)
    window.find("bpy.ops.dreamfusion.start(")
    click()
    clicked = time.monotonic()
    wait_for("object", lambda: window.state["object"], JOB_SECONDS)
    stands = time.monotonic() - clicked
    window.leave()
    wait_for("asset", lambda: window.state["error"] or window.state["object"]["is_asset"], JOB_SECONDS)
    if window.state["error"]:
        raise SystemExit(window.state["error"])
    return window.state["durations"], stands


if __name__ == "__main__":
    sys.exit(main())
