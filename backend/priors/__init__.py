"""Frozen 2D models, one file each, behind one contract."""

from __future__ import annotations

import torch

from backend.priors.base import Prior
from backend.priors.toybox import ToyboxPrior
from dreamfusion_blender.errors import UnknownPrior

__all__ = ["Prior", "load_prior"]


def load_prior(name: str, views: int, device: torch.device) -> Prior:
    """The one place that knows which prior a name means. views: how many the model is to look at together."""
    if name == "toybox":
        return ToyboxPrior(views, device)
    raise UnknownPrior(f"No prior is called {name!r}; there is: toybox")
