"""Frozen 2D models, one file each, behind one contract."""

from __future__ import annotations

import torch

from backend.priors.base import Prior
from dreamfusion_blender.models import Source

__all__ = ["Prior", "load_prior"]


def load_prior(source: Source, views: int, device: torch.device) -> Prior:
    """The one place that knows which adapter a family has. views: how many the model is to look at together.

    Each adapter is imported when it is wanted: what one family needs of the libraries is no other's business.
    """
    family = source.family.name
    if family == "toybox":
        from backend.priors.toybox import ToyboxPrior

        return ToyboxPrior(views, device, source.path)
    if family == "stable_diffusion":
        from backend.priors.stable_diffusion import StableDiffusionPrior

        return StableDiffusionPrior(source.path, device)
    if family == "stable_diffusion_xl":
        from backend.priors.stable_diffusion_xl import StableDiffusionXLPrior

        return StableDiffusionXLPrior(source.path, device)
    if family == "deepfloyd_if":
        from backend.priors.deepfloyd_if import DeepFloydIFPrior

        return DeepFloydIFPrior(source.path, device)
    if family == "stable_diffusion_3":
        from backend.priors.stable_diffusion_3 import StableDiffusion3Prior

        return StableDiffusion3Prior(source.path, device)
    from backend.priors.mvdream import MVDreamPrior

    return MVDreamPrior(source.path, device)
