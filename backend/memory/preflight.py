"""Before a job starts: what it will need, as measured here before or estimated, and what to do if that is too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch

from backend.memory.device import device_name, free_bytes, taken_bytes
from backend.memory.estimate import step_bytes
from backend.memory.limits import FEWEST_POINTS
from backend.memory.table import Table, workload
from dreamfusion_blender.errors import OutOfMemory, Remedy

if TYPE_CHECKING:
    from backend.presets import Preset

__all__ = ["Forecast", "Plan", "forecast", "planned"]

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
        """For people."""
        room = "" if self.cap is None else f" of {self.cap / 1e9:.1f} GB"
        known = "as measured here before" if self.basis == "measured" else "an estimate, until it has run here once"
        return f"The job needs about {self.need / 1e9:.1f} GB{room}{_time(self.seconds)} ({known})"

    def to_event(self) -> dict[str, Any]:
        """As an event of the protocol."""
        return {
            "type": "note",
            "code": "preflight",
            "message": self.words(),
            "memory_gb": round(self.need / 1e9, 2),
            "cap_gb": None if self.cap is None else round(self.cap / 1e9, 2),
            "seconds": self.seconds,
            "basis": self.basis,
        }


@dataclass(frozen=True)
class Plan:
    """How steps are to be cut up so that they fit."""

    accumulate: int
    points_at_once: int | None


def forecast(
    preset: Preset,
    prior: str,
    family: str,
    views: int,
    calls: int,
    plan: Plan,
    device: torch.device,
    weights: float = 0.0,
    table: Table | None = None,
) -> Forecast:
    """What the job will need.

    prior: its name.  calls: planned, of the prior.  weights: bytes that are still to be loaded.
    """
    taken, free = taken_bytes(device) or 0, free_bytes(device)
    cap = preset.memory.cap_bytes or (None if free is None else taken + free)
    measured = (table or Table()).find(workload(preset, prior, views, device_name(device)))
    if measured is None:
        step = step_bytes(preset, family, views, device, plan.accumulate, plan.points_at_once)
        return Forecast(taken + weights + step, taken + weights, cap, None, "estimated")
    seconds = calls * measured.call + preset.steps * measured.step
    return Forecast(measured.peak, min(taken + weights, measured.peak), cap, seconds, "measured")


def planned(
    found: Forecast, preset: Preset, family: str, views: int, device: torch.device, plan: Plan
) -> tuple[Plan, str | None]:
    """The plan, cut up further if the job does not fit otherwise, and what there is to say about it.

    Cutting up costs only time, so it is done at once. Where it does not help, a measured need is an error that names
    what does, and an estimated one a warning: the job is tried all the same.

    Raises OutOfMemory.
    """
    if found.fits or found.cap is None:
        return plan, None
    first = step_bytes(preset, family, views, device, plan.accumulate, plan.points_at_once)
    rings = max(1, preset.growth.views(preset.score.views, views, 0.0) // views)
    while smaller := _halved(plan, rings):
        plan = smaller
        share = step_bytes(preset, family, views, device, plan.accumulate, plan.points_at_once) / first
        if found.loaded + (found.need - found.loaded) * share <= found.cap:
            return plan, f"{found.words()}. To fit, its steps are cut up, which takes longer: {_settings(plan)}"
    remedy = Remedy(
        "Use fewer views or smaller renders, another prior, or allow more memory",
        command="python3 -m dreamfusion_blender generate --set score.views=1 --set growth.resolution_end=0.5 "
        f"{_settings(plan)} …",
    )
    if found.basis == "measured":
        raise OutOfMemory(f"{found.words()}: it would not fit, however its steps are cut up", remedy)
    return plan, f"{found.words()}. It may not fit; it is tried in small parts. What helps: {remedy.label.lower()}"


def _halved(plan: Plan, rings: int) -> Plan | None:
    accumulate = min(2 * plan.accumulate, max(rings, plan.accumulate))
    points = plan.points_at_once
    if points is not None and points // 2 >= FEWEST_POINTS:
        points //= 2
    smaller = Plan(accumulate, points)
    return None if smaller == plan else smaller


def _settings(plan: Plan) -> str:
    """As the command line takes them."""
    points = "" if plan.points_at_once is None else f" --set memory.points_at_once={plan.points_at_once}"
    return f"--set memory.accumulate={plan.accumulate}{points}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f" and {seconds / 60:.0f} minutes" if seconds >= 100 else f" and {seconds:.0f} seconds"
