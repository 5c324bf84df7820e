"""How a job is doing: its state, its events and who works on it, each in a file of its folder."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import chain, count
from typing import Any, Final

from ..errors import JobLocked, OutputUnwritable
from ..filelock import held, is_held
from ..files import atomic_write, explaining
from ..protocol import encode
from .layout import JobFiles

STATUSES: Final = ("queued", "running", "finished", "cancelled", "paused", "failed", "interrupted")


class JobRecord(JobFiles):
    """What is written down of a job while it is worked on."""

    @property
    def state(self) -> dict[str, Any]:
        """The stored state {"status", "changed", …}; "running" without a process at work reads as "interrupted"."""
        try:
            state = json.loads((self.path / "state.json").read_text(encoding="utf-8"))
        except (ValueError, OSError):
            state = None
        if not isinstance(state, dict) or state.get("status") not in STATUSES:
            # Nothing is lost: the spec and the checkpoint decide how the job goes on, the state only describes it.
            state = {"status": "interrupted", "note": "state.json was missing or unreadable"}
        with contextlib.suppress(OutputUnwritable):  # where nothing can be locked, nobody can tell
            if state["status"] == "running" and not self.is_locked:
                state = {**state, "status": "interrupted"}
        return state

    @property
    def status(self) -> str:
        """One of STATUSES."""
        return str(self.state["status"])

    @property
    def is_whole(self) -> bool:
        """Whether it was finished with all its steps, not stopped early: then there is nothing to go on with."""
        state = self.state
        steps = state.get("report", {}).get("steps", {})
        return state["status"] == "finished" and steps.get("done", 0) >= steps.get("planned", 0)

    def write_state(self, status: str, **details: Any) -> None:
        """Replace the state atomically."""
        if status not in STATUSES:
            raise ValueError(f"{status!r} is not one of {STATUSES}")
        atomic_write(self.path / "state.json", dump({"status": status, "changed": now(), **details}))

    def append_event(self, event: dict[str, Any]) -> None:
        """Add one line to events.jsonl, as the event travels."""
        with explaining(self.events), open(self.events, "ab") as file:
            file.write(encode({"time": now(), **event}))

    def set_checkpoint_aside(self) -> None:
        """Rename the checkpoint to checkpoint.old, checkpoint-2.old, …, so that the job begins again."""
        if not self.checkpoint.exists():
            return
        names = chain(["checkpoint.old"], (f"checkpoint-{number}.old" for number in count(2)))
        with explaining(self.checkpoint):
            self.checkpoint.rename(next(path for name in names if not (path := self.path / name).exists()))

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the job; raises JobLocked when another process does. A killed holder's lock is gone with it."""
        with held(self.path / "lock", JobLocked(f"Another process is working on {self.name}")):
            yield

    @property
    def is_locked(self) -> bool:
        return is_held(self.path / "lock")


def dump(data: dict[str, Any]) -> str:
    """As JSON is written here, to be read by people too."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def now() -> str:
    """The time as it is written here: UTC, with milliseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def local_time(written: str) -> str:
    """A time of a file for people: in their own time zone, to the minute. What is no time stays as it is."""
    try:
        return datetime.fromisoformat(written).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return written
