"""The client of the backend process: starts it, sends it jobs, tells what became of them.

No method waits for the backend unless it is asked to, so that Blender's timer, a script's loop and the command line
use the same object. Whatever happens to the process, a submitted job gets exactly one ending: finished, cancelled, or
an error that says what happened (errors/).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Any, Final

from . import machine, protocol
from .backend_process import BackendProcess
from .client_errors import crashed, hung
from .environment import Environment
from .errors import DreamFusionError, JobLocked
from .patience import HANG_SECONDS, STUCK_SECONDS, Patience
from .protocol import Message, Wish
from .store import JobFolder

_EXIT_SECONDS: Final = 0.04  # what a poll may wait for a process that has closed its output: no interface stutters
_KILLED_SECONDS: Final = 0.5  # what a killed process gets to go; one that waits for a disk or a GPU is left to itself


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
        self._process: BackendProcess | None = None
        self._greeted = False
        self._leaving = ""  # the reason in the backend's "bye"
        self._request: Message = {}  # the last job's
        self._wish: Wish | None = None  # what was asked of that job last
        self._told: dict[str, str] = {}  # the product's variables as the process got them

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.is_alive

    @property
    def is_outdated(self) -> bool:
        """Whether the process was told other folders, limits or devices than hold now."""
        return self.is_alive and self._told != machine.own_variables()

    @property
    def pid(self) -> int | None:
        """The process's id, None when there is none."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process if there is none; returns at once. Raises BackendMissing, or BadSpec for a bad variable."""
        if self.is_alive:
            return
        machine.idle_seconds()  # which the process reads, too, and could only die of
        self._forget()
        command = self._command or self.environment.command("backend")
        self._told = machine.own_variables()
        self._process = BackendProcess(command, self.environment.variables())

    def check_free(self) -> None:
        """Raise JobLocked where a job is at work."""
        if self.job is not None:
            raise JobLocked(f"{self.job.name} is still at work here: wait for its end, or cancel it")

    def submit(self, job: JobFolder, finish: bool = False) -> None:
        """Send a job, starting the process where needed. One at a time: wait for the last one's ending first.

        finish: make the asset of what its checkpoint holds, without another step. Raises JobLocked.
        """
        self.check_free()
        if job.is_locked:
            raise JobLocked(f"Another process is working on {job.name}")
        self.start()
        self.job = job
        self._request, self._wish = {"type": "run", "job": str(job.path), "finish": finish}, None
        self._patience.begin()
        self._send(self._request)

    def events(self, timeout: float = 0.0) -> list[Message]:
        """What the backend said since the last call, heartbeats aside; waits up to `timeout` seconds for something.

        When the process crashed, hung or spoke nonsense, the last event is an error that says so, as if the backend
        had sent it.
        """
        events: list[Message] = []
        try:
            for line in self._lines(timeout):
                events += self._gone() if line is None else self._take(line)
            if self.job is not None and (what := self._patience.end(heard=bool(events))):
                raise hung(self.job, what)
        except DreamFusionError as error:
            events += self._fail(error)
        return events

    def ask(self, wish: Wish) -> None:
        """Ask one of three things of the job at work, if there is one; its ending comes with the events."""
        if self.job is None:
            return
        self._wish = wish
        if wish == "finish":
            self._patience.begin()  # also where it was to stop before
        else:
            self._patience.cancel()
        self._send({"type": wish})

    def cancel(self) -> None:
        """Ask the job at work to stop; its ending comes with the events."""
        self.ask("cancel")

    def finish(self) -> None:
        """Ask the job at work to become an asset as it is; its ending comes with the events."""
        self.ask("finish")

    def pause(self) -> None:
        """Ask the job at work to stop and the process to leave, which frees the GPU; the next job starts it again."""
        self.ask("pause")

    def free(self) -> None:
        """Have the backend drop its priors and free the GPU."""
        if self.is_alive:
            self._send({"type": "free"})

    def close(self, wait: float = 0.0) -> None:
        """End the backend's input: it writes a checkpoint and leaves. After `wait` seconds (if any) it is killed."""
        process = self._process
        if process is None:
            return
        process.end_input()
        if wait and not process.wait(wait):
            process.kill()
            process.wait(_KILLED_SECONDS)
        self.job = None
        self._forget()

    def kill(self) -> None:
        """Have the process ended, whatever it does; returns at once."""
        if self._process is not None:
            self._process.kill()

    def _send(self, message: Message) -> None:
        assert self._process is not None
        self._process.send(protocol.encode(message))

    def _lines(self, timeout: float) -> list[bytes | None]:
        if self._process is None:  # nobody to hear from, but the caller's loop counts on the pause
            time.sleep(max(0.0, timeout))
            return []
        return self._process.lines(timeout)

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
        code = process.exit_code(_EXIT_SECONDS)
        if code is None:  # look again at the next poll; patience ends one that stays for ever
            return []
        if job is None:
            self._forget()
            return []
        if self._leaving in ("idle", "pause", protocol.DEVICE_LOST):  # it was leaving when the job was sent
            finish, wish = bool(self._request.get("finish")), self._wish
            self._forget()
            self.job = None
            self.submit(job, finish)
            if wish is not None:
                self.ask(wish)
            return []
        if code == protocol.LEFT_AT_WORK and self._wish:
            return self._left_at_work(job)
        raise crashed(code, job, process.stderr, started=self._greeted)

    def _left_at_work(self, job: JobFolder) -> list[Message]:
        """The job was asked to stop and did not in time: it was stopped all the same, and no crash ended it."""
        event: Message = {"type": "cancelled", "job": str(job.path)}
        status = {"pause": "paused", "cancel": "cancelled"}.get(self._wish or "", "interrupted")
        self.job = None
        self._forget()
        _record(job, event, status)
        return [event]

    def _fail(self, error: DreamFusionError) -> list[Message]:
        self.kill()
        if self._process is not None:
            self._process.wait(_KILLED_SECONDS)  # it holds the job's lock
        job, self.job = self.job, None
        self._forget()
        event: Message = {"type": "error", "job": None if job is None else str(job.path), **error.to_event()}
        if job is not None:
            _record(job, event, "failed", error=error.to_event())
        return [event]

    def _forget(self) -> None:
        if self._process is not None:
            self._process.let_go()
        self._process = None
        self._greeted = False
        self._leaving = ""


def _record(job: JobFolder, ending: Message, status: str, **details: Any) -> None:
    """Write down how a job ended whose backend is gone, if that can be done."""
    # The job's folder may be the very thing that failed; its state is only a description.
    with contextlib.suppress(DreamFusionError), job.lock():
        job.write_state(status, **details)
        job.append_event(ending)
