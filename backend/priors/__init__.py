"""Frozen 2D models, one file each, behind one contract."""

from __future__ import annotations

from typing import Final

import torch

from backend.priors.base import Prior
from backend.priors.precision import chosen_precision, small_precision
from dreamfusion_blender.models import PriorOptions, Source

__all__ = ["Prior", "load_prior"]

DEFAULTS: Final = PriorOptions()


def load_prior(source: Source, views: int, device: torch.device, options: PriorOptions = DEFAULTS) -> Prior:
    """The one place that knows which adapter a family has.

    views: how many the model is to look at together.  options: only those that the family has (`PriorOptions.check`).
    Each adapter is imported when it is wanted: what one family needs of the libraries is no other's business.
    """
    family, path = source.family.name, source.path
    fast = options.fast_encoder_folder
    precision = chosen_precision(options.precision, device)
    if family == "toybox":
        from backend.priors.toybox import ToyboxPrior

        return ToyboxPrior(views, device, path, small_precision(options.precision, device))
    if family == "deepfloyd_if":
        from backend.priors.deepfloyd_if import DeepFloydIFPrior

        return DeepFloydIFPrior(path, device, precision)
    if family == "stable_diffusion_3":
        from backend.priors.stable_diffusion_3 import StableDiffusion3Prior

        return StableDiffusion3Prior(
            path,
            device,
            fast_encoder=fast,
            configuration=options.configuration_folder,
            size=options.picture_size,
            precision=precision,
        )
    if family == "mvdream":
        from backend.priors.mvdream import MVDreamPrior

        return MVDreamPrior(path, device, fast_encoder=fast, precision=precision)
    if family == "stable_diffusion_xl":
        from backend.priors.stable_diffusion_xl import StableDiffusionXLPrior as Adapter
    else:
        from backend.priors.stable_diffusion import StableDiffusionPrior as Adapter
    return Adapter(
        path,
        device,
        loras=options.loras,
        fast_encoder=fast,
        configuration=options.configuration_folder,
        size=options.picture_size,
        precision=precision,
    )
