"""How much memory a job may take, and how its steps are cut up to keep within."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MemorySettings"]


@dataclass(frozen=True)
class MemorySettings:
    """Cutting up costs time and changes results by rounding alone."""

    cap_gb: float = 0.0  # 10⁹ bytes that the job may take; 0 is what the device has free
    accumulate: int = 1  # parts in which a step's views (rings, for priors that see several) go through the prior
    points_at_once: int = (
        4_194_304  # of the field, for a gradient; further ones are computed twice. A field may say less
    )
    retries: int = 12  # how often a run may cut its steps up further when they do not fit
