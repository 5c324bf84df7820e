"""A run's memory from before its first step to its last: what it will need, a cap, and what it needed."""

from __future__ import annotations

import sys

from backend.events import Emit
from backend.memory.device import Peak, device_name, keep_below
from backend.memory.estimate import Plan, Work
from backend.memory.preflight import forecast, planned
from backend.memory.table import Measured, Table, workload
from backend.optimize import Optimization
from backend.timing import TimeLeft
from dreamfusion_blender.errors import DiskFull, OutputUnwritable

__all__ = ["MemoryWatch"]

FEWEST_STEPS = 3  # that say something about how long the others take


class MemoryWatch:
    """prior: its name, with what is asked of it; see asked_of.  work: the run's."""

    def __init__(self, run: Optimization, prior: str, work: Work) -> None:
        self.run, self.prior, self.work = run, prior, work
        self.device = run.scene.device
        self.peak = Peak(self.device)
        self.first_step = run.steps_made

    def begin(self, emit: Emit) -> None:
        """Say what the run will need, and cut its steps up if that is too much. Raises OutOfMemory; see planned."""
        run, limits = self.run, self.run.limits
        plan = Plan(limits.accumulate, limits.points_at_once)
        found = forecast(self.work, self.prior, run.planned_calls, run.steps_planned, plan)
        emit(found.to_event())
        plan, words = planned(found, self.work, plan)
        if words is not None:
            emit({"type": "warning", "code": "memory", "message": words})
            limits.set(plan.accumulate, plan.points_at_once)
        # Of a CPU's memory nothing is kept back; a GPU's cap holds for this job alone.
        keep_below(int(run.preset.memory.cap_bytes) or sys.maxsize, self.device)

    def end(self, took: TimeLeft) -> None:
        """Keep what the run needed, if its steps were as the preset has them, for the next such job."""
        run, peak = self.run, self.peak.bytes()
        keep_below(sys.maxsize, self.device)
        steps = run.steps_made - self.first_step
        if peak is None or steps < FEWEST_STEPS or run.limits.is_tightened:
            return
        name = workload(run.preset, self.prior, run.scene.prior.views, device_name(self.device))
        if self.first_step or not run.is_done:  # later steps may need more than those that were made
            before = Table().find(name)
            if before is None:
                return
            peak = max(peak, before.peak)
        try:
            Table().record(name, Measured(peak, took.of("calling"), took.of("plain"), steps))
        except (DiskFull, OutputUnwritable) as error:  # it is for convenience; the job's own files come first
            print(f"Could not keep what the job needed: {error}", file=sys.stderr)  # noqa: T201  # into the job's log
