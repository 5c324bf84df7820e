"""The backend's loop: requests come in on standard input, jobs run one after another, events go out.

Nothing heavy is imported before the greeting is out; the engine comes with the first job and stays for the next. The
main thread runs the engine; one thread reads requests, so that a cancel or the client's end is noticed in the middle
of a job, and one sends a heartbeat, so that the client can tell work from a hang.
"""

from __future__ import annotations

import os
import platform
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

from backend.events import Emit
from backend.recorded import Runs, run_recorded
from dreamfusion_blender import machine, protocol
from dreamfusion_blender.errors import DeviceLost, DreamFusionError, ProtocolMismatch
from dreamfusion_blender.protocol import Message
from dreamfusion_blender.store import JobFolder
from dreamfusion_blender.version import VERSION

LEAVING_SECONDS = 120.0  # what a job gets to write its checkpoint after the client has gone


class Server:
    """One client's backend."""

    def __init__(self, events: BinaryIO, requests: BinaryIO, make_engine: Callable[[], Runs]) -> None:
        self._events = events
        self._requests = requests
        self._idle_seconds = min(machine.idle_seconds(), threading.TIMEOUT_MAX)
        self._make_engine = make_engine
        self._engine: Runs | None = None
        self._todo: queue.Queue[Message] = queue.Queue()
        self._sending = threading.Lock()
        self._stop = threading.Event()  # the job at work, or waiting, is to stop
        self._finish = threading.Event()  # it is to become an asset as it is
        self._wish = ""  # what was asked of it last
        self._jobs = 0  # at work or waiting
        self._wishing = threading.Lock()  # or a wish for a job that is just over would reach the next one
        self._pausing: threading.Timer | None = None  # ends a process whose job does not pause in time
        self._leave = ""  # why the process is to end
        self._working = threading.Event()

    def serve(self) -> None:
        """Greet, then work until the input ends, somebody says quit, or nothing came for as long as a backend stays."""
        self._send(
            {
                "type": "hello",
                "protocol": protocol.PROTOCOL,
                "version": VERSION,
                "python": platform.python_version(),
                "pid": os.getpid(),
            }
        )
        threading.Thread(target=self._read_requests, daemon=True).start()
        threading.Thread(target=self._beat, daemon=True).start()
        while not self._leave:
            try:
                request = self._todo.get(timeout=self._idle_seconds)
            except queue.Empty:
                self._leave = "idle"
                break
            self._handle(request)
        self._send({"type": "bye", "reason": self._leave})

    def leave(self, reason: str) -> None:
        """Stop the job at work after a checkpoint, then end; when that takes too long, end without.

        The client knows that by the exit code: the job was asked to stop, and goes on from its last checkpoint.
        """
        self._leave = self._leave or reason
        self._stop.set()
        self._todo.put({"type": "wake"})
        timer = threading.Timer(LEAVING_SECONDS, os._exit, (protocol.LEFT_AT_WORK,))
        timer.daemon = True
        timer.start()
        if reason == "pause":
            self._pausing = timer

    def _handle(self, request: Message) -> None:
        if request["type"] == "run":
            with self._wishing:
                if request.get("finish") and not self._stop.is_set():  # which was asked for since then
                    self._finish.set()
            self._run(str(request.get("job")))
        elif request["type"] == "free":
            if self._engine is not None:
                self._engine.free()
            self._send({"type": "freed"})

    def _run(self, path: str) -> None:
        ending: Message
        job: JobFolder | None = None
        self._working.set()
        try:
            job = JobFolder.open(path)
            with job.lock():
                ending = run_recorded(
                    job, self._load_engine, self._send, self._stop.is_set, self._finish.is_set, self._why_stopped
                )
        except DreamFusionError as error:  # not ours to work on: locked, missing, damaged
            ending = {"type": "error", **error.to_event()}
        finally:
            self._working.clear()
        with self._wishing:
            self._jobs -= 1
            self._stop.clear()
            self._finish.clear()
            self._wish = ""
        self._send({**ending, "job": path})
        if ending.get("code") == DeviceLost.code:
            self.leave(protocol.DEVICE_LOST)

    def _why_stopped(self) -> str:
        """Why the process is about to end, unless the job was given up, whatever becomes of the process."""
        return "" if self._wish == "cancel" else self._leave

    def _load_engine(self, emit: Emit) -> Runs:
        if self._engine is None:
            emit({"type": "stage", "stage": "load_libraries", "label": "Loading libraries"})
            self._engine = self._make_engine()
        return self._engine

    def _read_requests(self) -> None:
        for line in self._requests:
            try:
                request = protocol.decode(line)
            except ProtocolMismatch as error:
                self._send({"type": "error", "job": None, **error.to_event()})
                continue
            if request["type"] in ("cancel", "finish", "pause"):
                self._wish_for(request["type"])
            elif request["type"] == "quit":
                self.leave("quit")
            else:
                if request["type"] == "run":
                    with self._wishing:
                        self._jobs += 1
                self._todo.put(request)
        self.leave("input ended")

    def _wish_for(self, wish: str) -> None:
        """What the job at work, or the one that waits, is to do; of several wishes the last one counts."""
        with self._wishing:
            if self._jobs:
                self._wish = wish
                if wish == "finish":
                    self._stop.clear()
                    self._finish.set()
                else:
                    self._finish.clear()
                    self._stop.set()
        if wish != "cancel" and self._pausing is not None:
            self._pausing.cancel()  # an asset takes as long as it takes, and another pause has its own two minutes
        if wish == "pause":
            self.leave(wish)

    def _beat(self) -> None:
        while True:
            time.sleep(protocol.HEARTBEAT_SECONDS)
            if self._working.is_set():
                self._send({"type": "heartbeat"})

    def _send(self, message: Message) -> None:
        with self._sending:
            try:
                self._events.write(protocol.encode(message))
                self._events.flush()
            except OSError:
                self._stop.set()  # nobody listens; the end of the input says the rest


def main(make_engine: Callable[[], Runs]) -> None:
    """Serve on this process's standard input and output until the client is done."""
    # The real output is for events alone: what else is printed joins standard error.
    events = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    server = Server(events, sys.stdin.buffer, make_engine)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: server.leave("terminated"))
    server.serve()
    sys.stdout.flush()
    sys.stderr.flush()
    # Without the interpreter's tidying up, which GPU libraries and our reading thread can hold up.
    os._exit(0)
