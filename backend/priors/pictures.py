"""Pictures of one size as pictures of another."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["resized"]


def resized(images: Tensor, size: int) -> Tensor:
    """images: [B, C, H, W].  Returns [B, C, size, size], bilinear, differentiably; averaged where that is smaller.

    The same as torch's `interpolate` with antialiasing, whose gradient has no kernel for Apple's GPUs.
    """
    height, width = images.shape[-2:]
    if height == width == size:
        return images
    return _shares(height, size).to(images) @ images @ _shares(width, size).T.to(images)


def _shares(before: int, after: int) -> Tensor:
    """What each of so many pixels in a row has of each of those before: [after, before], rows of sum 1.

    A tent that reaches a pixel to either side: of the new ones or of those before, whichever are larger.
    """
    step = before / after
    centres = (torch.arange(after) + 0.5) * step
    distance = (torch.arange(before) + 0.5 - centres[:, None]).abs()
    tent = (1 - distance / max(1.0, step)).clamp(min=0)
    return tent / tent.sum(dim=1, keepdim=True)
