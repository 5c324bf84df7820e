"""What becomes of several jobs that run one after another, row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..batch import Failure, RowState
from ..errors import RowsFailed
from ..job import JobSpec
from ..store import JobFolder
from .output import Output


class Reporter:
    """Says what becomes of each row, and delivers what is done."""

    def __init__(self, output: Output, total: int, deliver: Callable[[int, JobFolder], None]) -> None:
        self.output = output
        self.total = total
        self.deliver = deliver

    def __call__(self, index: int, state: RowState, result: JobFolder | Failure | JobSpec) -> None:
        place = f"[{index + 1}/{self.total}] " if self.total > 1 else ""
        self.output.data({"type": "row", "row": index, "state": state})
        if isinstance(result, Failure):
            if self.total > 1:  # the only one's error is the command's own
                self.output.warn(f"{place}{result.prompt!r} failed: {result.error}")
        elif isinstance(result, JobSpec):
            self.output.say(f"{place}{result.prompt!r}, seed {result.seed}, preset {result.preset}")
        else:
            if state == "skipped":
                self.output.say(f"{place}{result.spec.prompt!r} is done already: {result.path}")
            self.deliver(index, result)


def raise_if_any(failed: Sequence[Failure], total: int) -> None:
    """Raise RowsFailed with the reasons where any row failed."""
    if failed:
        reasons = "\n  ".join(str(each) for each in failed)
        raise RowsFailed(f"{len(failed)} of {total} failed, the others are done:\n  {reasons}")
