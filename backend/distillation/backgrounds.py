"""A plain background that can be told from what stands before it."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from backend.shading import random_background

__all__ = ["background_apart"]

SOLID: Final = 0.3  # opacity from which a pixel is the object's; thin parts are nowhere more than half solid
TRIED: Final = 12  # backgrounds
LEAST: Final = 0.01  # share of the object's pixels whose contrast is overlooked; a shaft, which counts, has 0.05


def background_apart(colour: Tensor, opacity: Tensor, generator: torch.Generator) -> Tensor:
    """The one of several random backgrounds [3] that R pixels stand out from best, by their largest channel.

    White wings before light grey are lost: noised, they cannot be told from nothing, and in the finished picture what
    has the background's colour counts as outside the object.

    colour: [R, 3], times opacity.  opacity: [R].
    """
    solid = opacity > SOLID
    colour = colour[solid] / opacity[solid][:, None]
    tried: list[tuple[float, Tensor]] = []
    for _ in range(TRIED):
        background = random_background(generator).to(colour.device)
        apart = (colour - background).abs().amax(dim=1)
        tried.append((apart.quantile(LEAST).item() if len(apart) else 0.0, background))
    return max(tried, key=lambda each: each[0])[1]
