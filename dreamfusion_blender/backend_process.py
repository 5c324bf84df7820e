"""One process of the backend and its pipes: lines go in, lines come out. What they mean is the client's (client.py)."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from typing import IO, Final

from .errors import BackendMissing
from .paths import ROOT

_LONGEST_LINE: Final = 1 << 20  # bytes; no message is nearly that long


class BackendProcess:
    """A process that runs from when this is made. Only `wait`, and `lines` where it is told to, wait for it."""

    def __init__(self, command: Sequence[str], variables: Mapping[str, str]) -> None:
        """Raises BackendMissing when it cannot be started."""
        self.stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # open for as long as it may write to it
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP if sys.platform == "win32" else 0
        try:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.stderr,
                creationflags=flags,
                start_new_session=True,  # Ctrl+C is for the client alone, which then cancels
            )
        except OSError as error:
            self.stderr.close()
            raise BackendMissing(f"The backend does not start: {error}") from error
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        threading.Thread(target=_read, args=(self._process.stdout, self._lines), daemon=True).start()

    @property
    def pid(self) -> int:
        """Its id, also when it has ended."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def send(self, line: bytes) -> None:
        """Write to its input. That it may be gone is no error here: its end is told by `lines`."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def lines(self, timeout: float) -> list[bytes | None]:
        """What it wrote since the last call, and None when it has closed its output; waits for the first so long."""
        lines: list[bytes | None] = []
        with contextlib.suppress(queue.Empty):
            if timeout > 0:
                lines.append(self._lines.get(timeout=timeout))
            while True:
                lines.append(self._lines.get_nowait())
        return lines

    def exit_code(self, seconds: float) -> int | None:
        """How it ended, for when it has closed its output; None when it has not ended within so long.

        Then `lines` gives its None once more, so that one asks again.
        """
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._lines.put(None)
            return None

    def end_input(self) -> None:
        """Close its input, at which it writes a checkpoint and leaves."""
        with contextlib.suppress(OSError):  # it may be gone already
            if self._process.stdin is not None:
                self._process.stdin.close()

    def wait(self, seconds: float) -> bool:
        """Wait for its end, for so long at most; whether it came."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """Have it ended, whatever it does; returns at once. One that waits for a disk or a GPU ends when it answers."""
        self._process.kill()

    def let_go(self) -> None:
        """Close our ends of its pipes, but the output of one that still runs: its reader is in the middle of it."""
        for stream in (self._process.stdin, None if self.is_alive else self._process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        self.stderr.close()


def _read(stream: IO[bytes] | None, lines: queue.Queue[bytes | None]) -> None:
    assert stream is not None
    with contextlib.suppress(OSError, ValueError):  # closed under our feet: the end, like any other
        while line := stream.readline(_LONGEST_LINE):
            if line.endswith(b"\n"):
                lines.put(line)
            elif len(line) == _LONGEST_LINE:
                lines.put(line)  # endless nonsense: one piece of it is enough
                break
            # else it died in the middle of a line, and how it died says more than half a message
    lines.put(None)
