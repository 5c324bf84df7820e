"""Running child processes: their surroundings, their output line by line, and ending them."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

# PYTHON…: Blender and virtual environments set these for their own Python, not for ours. PIP_…: would send the
# packages elsewhere. Everything else of pip's and SSL's settings must pass: mirrors and certificates depend on it.
_NOT_INHERITED = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "__PYVENV_LAUNCHER__",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
)


def child_environment(**extra: str) -> dict[str, str]:
    """The environment variables for a Python of the backend's environment."""
    inherited = {key: value for key, value in os.environ.items() if key not in _NOT_INHERITED}
    return {**inherited, "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1", **extra}


def last_line(said: str | bytes, otherwise: str) -> str:
    """The last line of what a process said, as a rule why it failed; `otherwise` where it said nothing."""
    text = said if isinstance(said, str) else said.decode(errors="replace")
    return (text.strip().splitlines() or [otherwise])[-1]


def follow(
    command: Sequence[str | Path],
    on_line: Callable[[str], None],
    should_stop: Callable[[], bool] = lambda: False,
    inherit: Sequence[int] = (),
    variables: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> int | None:
    """Run a command to its end, giving each line of its output; returns its exit code, None when it was stopped.

    inherit: file descriptors that it is to hold, too (not on Windows).
    variables: its environment, where it is not child_environment().  folder: where it runs, if not here.
    """
    process = subprocess.Popen(
        [str(each) for each in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",  # as PYTHONUTF8 has it write, whatever the system's own is
        errors="replace",
        env=child_environment() if variables is None else variables,
        cwd=folder,
        start_new_session=True,  # a process group of its own, to be ended as a whole
        pass_fds=() if sys.platform == "win32" else inherit,
    )
    assert process.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    try:
        while not should_stop():
            try:
                line = lines.get(timeout=0.2)
            except queue.Empty:
                continue
            if line is None:
                return process.wait()
            on_line(line.rstrip())
        return None
    finally:
        if process.poll() is None:
            _end_group(process)


def _end_group(process: subprocess.Popen[str]) -> None:
    """End a process and its children: `python -m venv` and pip start some of their own."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)
