"""The client of the backend process: starts it, sends it jobs, tells what became of them.

No method waits for the backend unless it is asked to, so that Blender's timer, a script's loop and the command line
use the same object. The reader thread only fills a queue. Whatever happens to the process, a submitted job gets
exactly one ending: finished, cancelled, or an error that says what happened (errors/).
"""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from typing import IO, Final

from . import machine, protocol
from .client_errors import crashed, hung
from .environment import Environment
from .errors import BackendMissing, DreamFusionError, JobLocked
from .paths import ROOT
from .patience import HANG_SECONDS, STUCK_SECONDS, Patience
from .protocol import Message
from .store import JobFolder

_LONGEST_LINE: Final = 1 << 20  # bytes; no message is nearly that long
_EXIT_SECONDS: Final = 0.04  # what a poll may wait for a process that has closed its output: no interface stutters


class Backend:
    """One backend process, started when first needed and again when it has left."""

    def __init__(
        self,
        environment: Environment | None = None,
        *,
        command: Sequence[str] | None = None,
        hang_seconds: float = HANG_SECONDS,
        stuck_seconds: float = STUCK_SECONDS,
    ) -> None:
        """command: starts something else instead of the environment's `python -m backend`."""
        self.environment = environment or Environment()
        self.job: JobFolder | None = None  # the one at work
        self._command = command
        self._patience = Patience(hang_seconds, stuck_seconds)
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self._stderr: IO[bytes] | None = None
        self._greeted = False
        self._leaving = ""  # the reason in the backend's "bye"
        self._request: Message = {}  # the last job's
        self._told: dict[str, str] = {}  # the product's variables as the process got them

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def is_outdated(self) -> bool:
        """Whether the process was told other folders, limits or devices than hold now."""
        return self.is_alive and self._told != machine.told()

    @property
    def pid(self) -> int | None:
        """The process's id, None when there is none."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process if there is none; returns at once. Raises BackendMissing."""
        if self.is_alive:
            return
        self._forget()
        command = self._command or self.environment.command("backend")
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  # open for as long as the process may write to it
        self._told = machine.told()
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP if sys.platform == "win32" else 0
        try:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment.variables(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                creationflags=flags,
                start_new_session=True,  # Ctrl+C is for the client alone, which then cancels
            )
        except OSError as error:
            raise BackendMissing(f"The backend does not start: {error}") from error
        threading.Thread(target=_read, args=(self._process.stdout, self._lines), daemon=True).start()

    def submit(self, job: JobFolder, finish: bool = False) -> None:
        """Send a job, starting the process where needed. One at a time: wait for the last one's ending first.

        finish: make the asset of what its checkpoint holds, without another step.
        """
        if self.job is not None:
            raise ValueError(f"{self.job.name} is still at work")
        if job.is_locked:
            raise JobLocked(f"Another process is working on {job.name}")
        self.start()
        self.job = job
        self._request = {"type": "run", "job": str(job.path), "finish": finish}
        self._patience.begin()
        self._send(self._request)

    def events(self, timeout: float = 0.0) -> list[Message]:
        """What the backend said since the last call, heartbeats aside; waits up to `timeout` seconds for something.

        When the process crashed, hung or spoke nonsense, the last event is an error that says so, as if the backend
        had sent it.
        """
        events: list[Message] = []
        try:
            for line in self._drain(timeout):
                events += self._gone() if line is None else self._take(line)
            if self.job is not None and (what := self._patience.end(heard=bool(events))):
                raise hung(self.job, what)
        except DreamFusionError as error:
            events += self._fail(error)
        return events

    def cancel(self) -> None:
        """Ask the job at work to stop; its ending comes with the events."""
        if self.job is not None:
            self._patience.cancel()
            self._send({"type": "cancel"})

    def finish(self) -> None:
        """Ask the job at work to become an asset as it is; its ending comes with the events."""
        if self.job is not None:
            self._send({"type": "finish"})

    def pause(self) -> None:
        """Ask the job at work to stop and the process to leave, which frees the GPU; the next job starts it again."""
        if self.job is not None:
            self._patience.cancel()
            self._send({"type": "pause"})

    def free(self) -> None:
        """Have the backend drop its priors and free the GPU."""
        if self.is_alive:
            self._send({"type": "free"})

    def close(self, wait: float = 0.0) -> None:
        """End the backend's input: it writes a checkpoint and leaves. After `wait` seconds (if any) it is killed."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(OSError):  # it may be gone already
            if process.stdin is not None:
                process.stdin.close()
        if wait:
            try:
                process.wait(wait)
            except subprocess.TimeoutExpired:
                self.kill()
        self.job = None
        self._forget()

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _send(self, message: Message) -> None:
        assert self._process is not None and self._process.stdin is not None
        # A process that is gone is reported by `events`, with what is known about its end.
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(protocol.encode(message))
            self._process.stdin.flush()

    def _drain(self, timeout: float) -> list[bytes | None]:
        lines: list[bytes | None] = []
        with contextlib.suppress(queue.Empty):
            if timeout > 0:
                lines.append(self._lines.get(timeout=timeout))
            while True:
                lines.append(self._lines.get_nowait())
        return lines

    def _take(self, line: bytes) -> list[Message]:
        message = protocol.decode(line)
        self._patience.sign_of_life()
        if not self._greeted:
            protocol.check_hello(message)
            self._greeted = True
        elif message["type"] == "heartbeat":
            return []
        elif message["type"] == "bye":
            self._leaving = str(message.get("reason"))
        elif message["type"] in protocol.ENDINGS:
            self.job = None
        return [message]

    def _gone(self) -> list[Message]:
        """The process closed its output: it has ended, or is about to."""
        process, job = self._process, self.job
        if process is None:
            return []
        try:
            code = process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._lines.put(None)  # look again at the next poll; patience ends one that stays for ever
            return []
        if job is None:
            self._forget()
            return []
        if self._leaving in ("idle", "pause"):  # it was leaving when the job was sent
            finish = bool(self._request.get("finish"))
            self._forget()
            self.job = None
            self.submit(job, finish)
            return []
        raise crashed(code, job, self._stderr, started=self._greeted)

    def _fail(self, error: DreamFusionError) -> list[Message]:
        self.kill()
        job, self.job = self.job, None
        self._forget()
        event: Message = {"type": "error", "job": None if job is None else str(job.path), **error.to_event()}
        if job is not None:
            # The job's folder may be the very thing that failed; its state is only a description.
            with contextlib.suppress(DreamFusionError), job.lock():
                job.write_state("failed", error=error.to_event())
                job.append_event(event)
        return [event]

    def _forget(self) -> None:
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout if not self.is_alive else None):
                with contextlib.suppress(OSError):
                    if stream is not None:
                        stream.close()
        if self._stderr is not None:
            self._stderr.close()
        self._process = self._stderr = None
        self._lines = queue.Queue()  # its reader may still be filling the old one
        self._greeted = False
        self._leaving = ""


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
