"""How much memory a job may take, and how its steps are cut up to keep within."""

from __future__ import annotations

from dataclasses import dataclass

from dreamfusion_blender.machine import memory_cap_gb

__all__ = ["MemorySettings"]


@dataclass(frozen=True)
class MemorySettings:
    """Cutting up costs time and changes results by rounding alone."""

    cap_gb: float = 0.0  # 10⁹ bytes that the job may take; 0: as the user set for all, else what the device has free
    accumulate: int = 1  # parts in which a step's views (rings, for priors that see several) go through the prior
    # Points of the field that are read at a time for a gradient; further ones are computed twice. A field may say less.
    points_at_once: int = 4_194_304
    retries: int = 12  # how often a run may cut its steps up further when they do not fit

    @property
    def cap_bytes(self) -> float:
        """What the job may take; 0 where neither it nor the machine's user says. Raises BadSpec."""
        return (self.cap_gb or memory_cap_gb()) * 1e9
