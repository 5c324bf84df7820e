"""The optimisation: Algorithm 1 of DreamFusion, around any objective."""

from __future__ import annotations

from backend.optimize.loop import Optimization
from backend.optimize.objectives import make_objective, planned_calls
from backend.optimize.settings import OptimizeSettings, Schedule
from backend.optimize.takes import Takes, TakesSettings

__all__ = ["Optimization", "OptimizeSettings", "Schedule", "Takes", "TakesSettings", "make_objective", "planned_calls"]
