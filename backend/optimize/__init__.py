"""The optimisation: Algorithm 1 of DreamFusion, around any objective."""

from __future__ import annotations

from backend.optimize.loop import Optimization
from backend.optimize.objectives import make_objective
from backend.optimize.settings import OptimizeSettings, Schedule

__all__ = ["Optimization", "OptimizeSettings", "Schedule", "make_objective"]
