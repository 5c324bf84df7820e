"""How numbers change over a run: all schedules are functions of progress, 0 at the start and 1 at the end."""

from __future__ import annotations

__all__ = ["ramp"]


def ramp(start: float, end: float, progress: float, until: float = 1.0) -> float:
    """From start to end, linearly, then constant from `until` on."""
    return start + (end - start) * min(1.0, max(0.0, progress / until))
