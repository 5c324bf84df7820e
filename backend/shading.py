"""Light on surfaces: Lambert shading under one distant light.

Everything here works on sRGB values as they are, as the prior's training pictures were made.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["lambert", "random_background", "random_light_direction"]


def lambert(normals: Tensor, light_directions: Tensor, ambient: float) -> Tensor:
    """Brightness under one distant light: ambient + (1 - ambient) · max(0, n · l).  DreamFusion eq. 4.

    normals, light_directions: [R, 3], unit length.  Returns [R].
    """
    return ambient + (1 - ambient) * (normals * light_directions).sum(dim=-1).clamp(min=0)


def random_light_direction(generator: torch.Generator, device: torch.device) -> Tensor:
    """Towards a distant light, from any side but rather from above, as in the toybox's training: [3], unit length."""
    direction = F.normalize(torch.randn(3, generator=generator), dim=0) + torch.tensor([0, 0, 0.8])
    return F.normalize(direction, dim=0).to(device)


def random_background(generator: torch.Generator) -> Tensor:
    """A plain colour to composite over: grey of any brightness, or any colour, as in the toybox's training.  [3].

    It must vary: what has the colour of its background cannot be told from nothing.
    """
    draw = torch.rand(5, generator=generator)
    return draw[:1].expand(3) if draw[4] < 0.6 else draw[1:4]
