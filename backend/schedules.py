"""How numbers change over a run: all schedules are functions of progress, 0 at the start and 1 at the end."""

from __future__ import annotations

import math

__all__ = ["ramp", "warmup_cosine"]


def ramp(start: float, end: float, progress: float, until: float = 1.0) -> float:
    """From start to end, linearly, then constant from `until` on; at 0 from the beginning."""
    if progress >= until:
        return end
    return start + (end - start) * max(0.0, progress / until)


def warmup_cosine(progress: float, warmup: float, start: float, end: float) -> float:
    """From start to 1, linearly, while progress is below `warmup`; then half a cosine down to end.

    Source: DreamFusion (2209.14988); the cosine is that of Loshchilov & Hutter 2017 (1608.03983), without restarts.
    """
    if progress < warmup:
        return ramp(start, 1.0, progress, warmup)
    share = min(1.0, (progress - warmup) / max(1.0 - warmup, 1e-9))  # warmup 1 is all warm-up
    return end + (1 - end) * (1 + math.cos(math.pi * share)) / 2
