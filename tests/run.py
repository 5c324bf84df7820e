"""Make the tests' environments and run everything: `python3 tests/run.py`. Standard library alone.

    python3 tests/run.py                  everything
    python3 tests/run.py unit             the core and the backend, end to end included
    python3 tests/run.py blender-5.0      the extension in one bpy (4.2, 4.5 or 5.0)
    python3 tests/run.py window           a real Blender window, where one is named (see tests/window)
    python3 tests/run.py unit -- -k job   pytest's own arguments come last

Suites run beside each other, and each shows its output when it ends; a single one does at once. Environments are kept
in the user's cache folder, named by a hash of what is in them. Ends with 1 when anything failed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
sys.path.insert(0, str(ROOT))

from dreamfusion_blender.environment import Environment, InstallProgress  # noqa: E402  # not before the path is set
from dreamfusion_blender.errors import DreamFusionError  # noqa: E402
from dreamfusion_blender.paths import cache_folder  # noqa: E402
from dreamfusion_blender.processes import child_environment  # noqa: E402
from dreamfusion_blender.pythons import find_python  # noqa: E402

BPY = ("4.2", "4.5", "5.0")
SUITES = ("unit", *(f"blender-{version}" for version in BPY), "window")
# What runs beside each other: a window's tests mostly wait, and those in bpy use one core.
LANES = (("window",), ("unit",), tuple(f"blender-{version}" for version in BPY))
SLOWEST = ("--durations=25", "--durations-min=5")
Command = list[str | Path]


def main(arguments: list[str]) -> int:
    """Run the suites that are asked for and return the exit code."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    asked, options = arguments[:at] or list(SUITES), arguments[at + 1 :]
    if unknown := [name for name in asked if name not in SUITES]:
        print(f"unknown suite {', '.join(unknown)}; there are: {', '.join(SUITES)}", file=sys.stderr)
        return 2
    # A shell's background job ignores interrupts, and so would the programs that tests start in order to stop them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    results: dict[str, Result] = {}
    # Suites share environments, which are therefore made before anything runs.
    ready = {suite: command for suite in asked if (command := prepared(suite, results)) is not None}
    lanes = [[suite for suite in lane if suite in ready] for lane in LANES]
    alone = len(ready) == 1
    with ThreadPoolExecutor(len(lanes)) as pool:
        running = [pool.submit(run_lane, {suite: ready[suite] for suite in lane}, options, alone) for lane in lanes]
        for lane in running:
            results.update(lane.result())
    print("\n== all ==", *(results[suite].line(suite) for suite in asked), sep="\n", flush=True)
    return int(any(result.code for result in results.values()))


@dataclass(frozen=True)
class Result:
    """How a suite ended."""

    code: int
    closing: str  # pytest's last line
    seconds: float = 0.0

    def line(self, suite: str) -> str:
        """Its line in the summary."""
        return f"{'FAILED' if self.code else 'ok    '} {suite:12} {self.closing} [{self.seconds:.0f} s]"


def prepared(suite: str, results: dict[str, Result]) -> Command | None:
    """Make a suite's environment; its command, or None with the result noted where there is nothing to run."""
    if suite == "window" and not (os.environ.get("DREAMFUSION_BLENDER") and os.environ.get("DISPLAY")):
        results[suite] = Result(0, "skipped: DREAMFUSION_BLENDER names no Blender, or there is no DISPLAY")
        return None
    try:
        return command_of(suite)
    except (DreamFusionError, subprocess.CalledProcessError) as error:
        results[suite] = Result(1, f"could not be set up: {error}")
        return None


def command_of(suite: str) -> Command:
    """What runs a suite, its environment made."""
    if suite == "unit":
        return [unit_python(), "-m", "pytest", *SLOWEST, *in_parallel(), *unit_tests()]
    if suite == "window":
        return [unit_python(), "-m", "pytest", *SLOWEST, TESTS / "window"]
    requirements = TESTS / "blender" / f"requirements-{suite.removeprefix('blender-')}.txt"
    return [plain_environment(suite, requirements), TESTS / "blender" / "run.py"]


def run_lane(commands: dict[str, Command], options: list[str], alone: bool) -> dict[str, Result]:
    """Run suites one after another. What they say is shown at once when nothing runs beside them, else at their end."""
    results = {}
    for suite, command in commands.items():
        began = time.monotonic()
        lines: list[str] = []
        say = print_now if alone else lines.append
        say(f"\n== {suite} ==")
        code, closing = stream([*command, *options], say, gently=suite != "window" and not alone)
        results[suite] = Result(code, closing, time.monotonic() - began)
        if lines:
            print_now("\n".join(lines))
    return results


def unit_tests() -> list[Path]:
    """What needs no Blender. The file that takes longest comes first, so that no worker is left with it at the end."""
    folders = [path for path in sorted(TESTS.iterdir()) if path.is_dir() and path.name not in ("blender", "window")]
    return [*sorted(TESTS.glob("test_*.py")), *folders]


def in_parallel() -> list[str]:
    """A worker for each processor core. Files stay whole, since what their tests share is made once."""
    return ["--numprocesses", str(len(os.sched_getaffinity(0))), "--dist", "loadfile"]


def unit_python() -> Path:
    """pytest in an environment of its own that also sees the backend's packages, as users have them."""
    backend = Environment()
    backend.install(show)
    python = plain_environment("unit", TESTS / "requirements.txt", also=backend.folder)
    (packages_of(python) / "backend.pth").write_text(f"{packages_of(backend.python)}\n")
    return python


def packages_of(python: Path) -> Path:
    """The site-packages folder of an environment's python."""
    command = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


def plain_environment(name: str, requirements: Path, also: Path | None = None) -> Path:
    """A virtual environment with these requirements, made anew when they change; returns its python."""
    content = requirements.read_bytes() + str(also or "").encode()
    folder = cache_folder() / f"tests-{name}-{hashlib.sha256(content).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        print(f"making {folder}", flush=True)
        subprocess.run([str(find_python().path), "-m", "venv", "--clear", str(folder)], check=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(requirements)]
        subprocess.run(command, check=True, env=child_environment())
        ready.touch()
    return python


def stream(command: Command, say: Callable[[str], object], gently: bool) -> tuple[int, str]:
    """Run a command, saying its output line by line; its exit code and last line.

    gently: leave the processor to others that want it: a window's tests wait for what should come soon.
    """
    # One thread for each, and none that spins while it waits, since there are as many of them as processor cores.
    threads = os.environ.get("OMP_NUM_THREADS", "1")
    settings = {"PYTHONDONTWRITEBYTECODE": "1", "OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": threads}
    process = subprocess.Popen(
        [*(["nice"] if gently and shutil.which("nice") else []), *(str(each) for each in command)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=child_environment(**settings),
    )
    assert process.stdout is not None
    last = "no output"
    for line in process.stdout:
        say(line.rstrip("\n"))
        last = line.strip() or last
    return process.wait(), last.strip("= ")


def print_now(text: str) -> None:
    """Show it without delay, also where the output is a file."""
    print(text, flush=True)


def show(progress: InstallProgress) -> None:
    """The backend's install."""
    print(f"{progress.fraction:4.0%} {progress.message}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
