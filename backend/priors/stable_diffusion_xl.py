"""Stable Diffusion XL as a prior."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from backend.priors.base import Condition
from backend.priors.stable_diffusion import StableDiffusionPrior

__all__ = ["StableDiffusionXLPrior"]


class StableDiffusionXLPrior(StableDiffusionPrior):
    """SDXL base and its finetunes: two text encoders, a vector for the whole prompt, and sizes."""

    text_encoders: ClassVar[int] = 2

    def _added(self, condition: Condition) -> dict[str, Tensor]:
        """The prompts' vectors, and the sizes of a picture that is neither enlarged nor cropped (Podell et al. 2023,
        §2.2): original height and width, top and left of the crop, target height and width.
        """
        if condition.pooled is None or condition.empty_pooled is None:
            raise ValueError("SDXL needs a condition with pooled embeddings, as its own `condition` makes it")
        size = self.size
        sizes = torch.tensor([size, size, 0, 0, size, size], device=self.device, dtype=self.unet.dtype)
        pooled = torch.cat([condition.pooled, condition.empty_pooled]).to(self.unet.dtype)
        return {"text_embeds": pooled, "time_ids": sizes.expand(len(pooled), -1)}
