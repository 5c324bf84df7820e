"""Pictures of one size as pictures of another."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

__all__ = ["resized"]


def resized(images: Tensor, size: int) -> Tensor:
    """images: [B, C, H, W].  Returns [B, C, size, size], bilinear, differentiably; averaged where that is smaller."""
    if images.shape[-2:] == (size, size):
        return images
    return F.interpolate(images, (size, size), mode="bilinear", antialias=size < images.shape[-1])
