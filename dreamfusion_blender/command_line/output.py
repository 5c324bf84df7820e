"""What the command line prints: a progress line for a person, or events as JSON lines for a program."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from .. import protocol
from ..environment import InstallProgress
from ..errors import DreamFusionError
from ..protocol import Message
from ..quality import CONTRACT, SYMBOLS, Finding, State, findings
from ..store.layout import JobFiles

_PLAIN: Final[dict[State, str]] = {"good": "+", "look": "?", "bad": "!"}  # where the terminal has no other symbols
_PLAIN_SECONDS: Final = 15.0  # between progress lines in a log file


class Output:
    """People read standard output with a line that is redrawn on a terminal; problems go to standard error."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._redraws = sys.stdout.isatty() and not as_json
        self._drawn = 0  # characters of the line that is to be overwritten
        self._label = ""
        self._last = 0.0

    def say(self, text: str) -> None:
        """A line for people."""
        if not self.as_json:
            self._clear()
            print(text, flush=True)

    def data(self, message: Message) -> None:
        """A line for programs."""
        if self.as_json:
            print(protocol.encode(message).decode("ascii"), end="", flush=True)

    def event(self, event: Message) -> None:
        """An event of the backend."""
        self.data(event)
        kind = event["type"]
        if kind == "stage":
            self._label = str(event.get("label") or event.get("stage"))
            self._progress(self._label, important=True)
        elif kind == "progress":
            self._progress(_progress_text(self._label, event), important=False)
        elif kind == "note":
            self.say(f"  {event.get('message')}")
        elif kind == "warning" and event.get("code") != CONTRACT:  # the findings, which follow, say that
            self._warn(str(event.get("message")))
        elif kind == "finished":
            self._report(event.get("report", {}), JobFiles(Path(str(event.get("job")))).word)

    def install(self, progress: InstallProgress) -> None:
        """A step of the backend's install."""
        self.data({"type": "install", "message": progress.message, "fraction": progress.fraction})
        if progress.fraction in (0.0, 1.0):
            self.say(progress.message)
        else:
            self._progress(f"{progress.fraction:4.0%}  {progress.message}", important=False)

    def aside(self, text: str) -> None:
        """A line for people beside what a command prints for programs."""
        if not self.as_json:
            self._clear()
            print(text, file=sys.stderr, flush=True)

    def warn(self, text: str) -> None:
        """A problem that stops nothing."""
        self.data({"type": "warning", "message": text})
        self._warn(text)

    def _warn(self, text: str) -> None:
        if not self.as_json:
            self._clear()
            print(f"warning: {text}", file=sys.stderr, flush=True)

    def error(self, error: DreamFusionError) -> None:
        """A problem that ended the command, and what helps."""
        self._clear()
        self.data({"type": "error", **error.to_event()})
        print(f"error: {error.message}", file=sys.stderr)
        if error.remedy is not None:
            command = f": {error.remedy.command}" if error.remedy.command else ""
            print(f"  what helps: {error.remedy.label}{command}", file=sys.stderr)
        sys.stderr.flush()

    def findings(self, found: Iterable[Finding]) -> None:
        """Each finding on a line of its own, and below it the command that may help."""
        symbols = SYMBOLS if _can_print("".join(SYMBOLS.values())) else _PLAIN
        for finding in found:
            self.data({"type": "finding", **asdict(finding)})
            self.say(f"  {symbols[finding.state]} {finding.words}")
            if finding.help is not None:
                self.say(f"      may help: {finding.help.command}")

    def _report(self, report: dict[str, Any], job: str) -> None:
        """The asset's size in a line, and its quality, with every breach of its contract."""
        contract = report.get("contract", {})
        if contract:
            size = " × ".join(f"{side:.3g}" for side in contract.get("size", ()))
            whole = "watertight" if contract.get("watertight") else "not watertight"
            self.say(f"  mesh       {contract.get('triangles', 0):,} triangles, {size} m, {whole}")
        if "two_faced" in report:
            self.findings(findings(report, job))

    def _progress(self, text: str, important: bool) -> None:
        if self.as_json:
            return
        if self._redraws:
            self._clear()
            text = text[: shutil.get_terminal_size().columns - 1]  # a wrapped line could not be redrawn
            print(text, end="", flush=True)
            self._drawn = len(text)
        elif important or time.monotonic() - self._last > _PLAIN_SECONDS:
            print(text, flush=True)
            self._last = time.monotonic()

    def _clear(self) -> None:
        if self._drawn:
            print("\r" + " " * self._drawn + "\r", end="", flush=True)
            self._drawn = 0


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _progress_text(label: str, event: dict[str, Any]) -> str:
    parts = [label, f"{event.get('step', 0)}/{event.get('steps', '?')}"]
    if isinstance(event.get("loss"), (int, float)):
        parts.append(f"loss {event['loss']:.4f}")
    if isinstance(event.get("seconds_left"), (int, float)):
        minutes, seconds = divmod(round(event["seconds_left"]), 60)
        parts.append(f"{minutes}:{seconds:02} left")
    return "  ".join(parts)
