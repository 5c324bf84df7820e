"""Before a job starts: what it will need, as measured here before or estimated, and what to do if that is too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from backend.memory.device import device_name, free_bytes, taken_bytes
from backend.memory.estimate import Plan, Work
from backend.memory.limits import FEWEST_POINTS
from backend.memory.remedies import settings_of, what_would_fit
from backend.memory.table import Table, workload
from dreamfusion_blender.errors import OutOfMemory

__all__ = ["Forecast", "forecast", "planned"]

Basis = Literal["measured", "estimated"]


@dataclass(frozen=True)
class Forecast:
    """need, cap: bytes.  seconds: of the optimisation, None when nothing was measured yet.  basis: where need is from.

    loaded: the part of need that no cutting up makes smaller.
    """

    need: float
    loaded: float
    cap: float | None
    seconds: float | None
    basis: Basis

    @property
    def fits(self) -> bool:
        """True as well where nobody can tell what is free."""
        return self.cap is None or self.need <= self.cap

    def words(self) -> str:
        """The forecast in words, for people."""
        room = "" if self.cap is None else f" of {self.cap / 1e9:.1f} GB"
        known = "as measured here before" if self.basis == "measured" else "an estimate, until it has run here once"
        return f"The job needs about {self.need / 1e9:.1f} GB{room}{_time(self.seconds)} ({known})"

    def to_event(self) -> dict[str, Any]:
        """The forecast as an event of the protocol."""
        return {
            "type": "note",
            "code": "preflight",
            "message": self.words(),
            "memory_gb": round(self.need / 1e9, 2),
            "cap_gb": None if self.cap is None else round(self.cap / 1e9, 2),
            "seconds": self.seconds,
            "basis": self.basis,
        }


def forecast(work: Work, prior: str, calls: int, steps: int, plan: Plan, weights: float = 0.0) -> Forecast:
    """What the job will need.

    prior: its name, with what is asked of it.  calls: planned, of the prior.  steps: planned.
    weights: bytes still to be loaded.
    """
    preset, device = work.preset, work.device
    taken, free = taken_bytes(device) or 0, free_bytes(device)
    cap = preset.memory.cap_bytes or (None if free is None else taken + free)
    measured = Table().find(workload(preset, prior, work.views, device_name(device)))
    if measured is None:
        step = work.step_bytes(plan)
        return Forecast(taken + weights + step, taken + weights, cap, None, "estimated")
    seconds = calls * measured.call + steps * measured.step
    return Forecast(measured.peak, min(taken + weights, measured.peak), cap, seconds, "measured")


def planned(found: Forecast, work: Work, plan: Plan) -> tuple[Plan, str | None]:
    """The plan, cut up further if the job does not fit otherwise, and what there is to say about it.

    Cutting up costs only time, so it is done at once. Where it does not help, a measured need is an error that names
    what does, and an estimated one a warning: the job is tried all the same.

    Raises OutOfMemory.
    """
    if found.fits or found.cap is None:
        return plan, None
    room = (found.cap - found.loaded) / max(found.need - found.loaded, 1.0) * work.step_bytes(plan)
    preset = work.preset
    # Renders may become more over a run, or fewer.
    rings = max(preset.growth.views(preset.score.views, work.views, at) for at in (0.0, 1.0)) // work.views
    while smaller := _halved(plan, rings):
        plan = smaller
        if work.step_bytes(plan) <= room:
            return plan, f"{found.words()}. To fit, its steps are cut up, which takes longer: {settings_of(plan)}"
    remedy = what_would_fit(work, plan, room)
    if found.basis == "measured":
        raise OutOfMemory(f"{found.words()}: it would not fit, however its steps are cut up", remedy)
    return plan, f"{found.words()}. It may not fit; it is tried in small parts. What would help: {remedy.label}"


def _halved(plan: Plan, rings: int) -> Plan | None:
    accumulate = min(2 * plan.accumulate, max(rings, plan.accumulate))
    points = plan.points_at_once
    if points is not None and points // 2 >= FEWEST_POINTS:
        points //= 2
    smaller = Plan(accumulate, points)
    return None if smaller == plan else smaller


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f" and {seconds / 60:.0f} minutes" if seconds >= 100 else f" and {seconds:.0f} seconds"
