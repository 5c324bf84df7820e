"""Pictures of one size as pictures of another."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

__all__ = ["resized"]


def resized(images: Tensor, size: int) -> Tensor:
    """images: [B, C, H, H].  Returns [B, C, size, size], bilinear, differentiably; averaged where that is smaller."""
    given = images.shape[-1]
    if given == size:
        return images
    if given % size == 0:  # as renders grow; torch 2.13 has no gradient of the general case on MPS
        return F.avg_pool2d(images, given // size)
    return F.interpolate(images, (size, size), mode="bilinear", antialias=size < given)
