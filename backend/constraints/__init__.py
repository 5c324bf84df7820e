"""Wishes about a shape as losses, added to whatever the prior says."""

from backend.constraints.base import Pressure
from backend.constraints.prepare import Prepared, prepare

__all__ = ["Prepared", "Pressure", "prepare"]
