"""Renders that change while a stage of score distillation goes on: small and quick first, large and careful later.

Coarse shapes need no large pictures. Magic3D, ProlificDreamer and MVDream all begin at 64 pixels a side and end at 256
or more; what a preset does with it is its own affair.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GrowthSettings", "at_progress"]


@dataclass(frozen=True)
class GrowthSettings:
    """Shares, so that they hold for any prior: 1 is what there would be without growth.

    Sizes change in jumps: each new one costs compiled kernels, and memory that is measured once.
    """

    resolution_start: float = 1.0  # share of the pixels a side that the prior asks for, at first
    resolution_end: float = 1.0  # share of the pixels a side that the prior asks for, in the end
    views_start: float = 1.0  # share of score.views, at first
    views_end: float = 1.0  # share of score.views, in the end
    sizes: int = 2  # how many sizes there are, each for as long as the others
    until: float = 1.0  # progress of the stage over which the sizes are spread; from there on the last one stays

    def resolution(self, wanted: int, progress: float) -> int:
        """Pixels a side of the renders at a progress of the stage, for a prior that wants so many."""
        return max(1, round(wanted * self._at(self.resolution_start, self.resolution_end, progress)))

    def views(self, usual: int, together: int, progress: float) -> int:
        """How many views a step renders: whole rings for a prior that looks at so many together, at least one."""
        share = self._at(self.views_start, self.views_end, progress)
        return together * max(1, round(usual * share / together))

    def _at(self, start: float, end: float, progress: float) -> float:
        return at_progress(start, end, progress, self.sizes, self.until)


def at_progress(start: float, end: float, progress: float, sizes: int, until: float) -> float:
    """From start to end in `sizes` values, evenly apart and each for as long as the others."""
    if sizes == 1:
        return end
    # A little more, so that a share that rounding put just before a jump is past it.
    passed = sizes if progress >= until else int(progress / until * sizes + 1e-9)
    return start + (end - start) * min(passed, sizes - 1) / (sizes - 1)
