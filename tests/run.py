"""Make the tests' environments and run everything: `python3 tests/run.py`. Standard library alone.

    python3 tests/run.py                  everything
    python3 tests/run.py unit             the core and the backend, end to end included
    python3 tests/run.py blender-5.0      the extension in one bpy (4.2, 4.5 or 5.0)
    python3 tests/run.py window           a real Blender window, where one is named (see tests/window)
    python3 tests/run.py unit -- -k job   pytest's own arguments come last

Environments are kept in the user's cache folder, named by a hash of what is in them. Ends with 1 when anything failed.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
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


def main(arguments: list[str]) -> int:
    """Run the suites that are asked for and return the exit code."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    asked, options = arguments[:at] or list(SUITES), arguments[at + 1 :]
    if unknown := [name for name in asked if name not in SUITES]:
        print(f"unknown suite {', '.join(unknown)}; there are: {', '.join(SUITES)}", file=sys.stderr)
        return 2
    # A shell's background job ignores interrupts, and so would the programs that tests start in order to stop them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    results: dict[str, str] = {}
    for suite in asked:
        print(f"\n== {suite} ==", flush=True)
        began = time.monotonic()
        try:
            code, closing = run_suite(suite, options)
        except (DreamFusionError, subprocess.CalledProcessError) as error:
            code, closing = 1, f"could not be set up: {error}"
        verdict = "ok    " if code == 0 else "FAILED"
        results[suite] = f"{verdict} {suite:12} {closing} [{time.monotonic() - began:.0f} s]"
    print("\n== all ==", *results.values(), sep="\n", flush=True)
    return int(any(line.startswith("FAILED") for line in results.values()))


def run_suite(suite: str, options: list[str]) -> tuple[int, str]:
    """Run one suite; its exit code and pytest's closing line."""
    if suite == "unit":
        return stream([unit_python(), "-m", "pytest", *unit_tests(), *in_parallel(), *options], threads=1)
    if suite == "window":
        return window(options)
    requirements = TESTS / "blender" / f"requirements-{suite.removeprefix('blender-')}.txt"
    python = plain_environment(suite, requirements)
    return stream([python, TESTS / "blender" / "run.py", *options])


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


def window(options: list[str]) -> tuple[int, str]:
    """The real window's tests, where DREAMFUSION_BLENDER names a Blender and there is a display."""
    if not os.environ.get("DREAMFUSION_BLENDER") or not os.environ.get("DISPLAY"):
        return 0, "skipped: DREAMFUSION_BLENDER names no Blender, or there is no DISPLAY"
    return stream([unit_python(), "-m", "pytest", TESTS / "window", *options])


def stream(command: list[str | Path], threads: int = 2) -> tuple[int, str]:
    """Run a command showing its output, torch computing in so many threads; its exit code and last line."""
    settings = {"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", str(threads))}
    process = subprocess.Popen(
        [str(each) for each in command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=child_environment(**settings),
    )
    assert process.stdout is not None
    last = "no output"
    for line in process.stdout:
        print(line, end="", flush=True)
        last = line.strip() or last
    return process.wait(), last.strip("= ")


def show(progress: InstallProgress) -> None:
    """The backend's install."""
    print(f"{progress.fraction:4.0%} {progress.message}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
