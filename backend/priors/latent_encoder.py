"""Between pictures and a latent model's latents: the full autoencoder, or a tiny stand-in for it."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from torch import Tensor

__all__ = ["LatentEncoder"]


class LatentEncoder:
    """An AutoencoderKL, or an AutoencoderTiny (TAESD), whose latents come out on the scale the U-Net was trained on.

    z = scaling_factor · (latent - shift_factor), from the autoencoder's own configuration. TAESD was distilled to give
    the scaled latents at once: its factor is 1 where Stable Diffusion's is 0.18215, so both agree.
    """

    def __init__(self, autoencoder: Any, device: torch.device) -> None:
        """The decoder stays on the CPU until it is asked for: no step of a distillation by score needs it."""
        config = autoencoder.config
        self.autoencoder = autoencoder
        self.device = device
        self.dtype: torch.dtype = autoencoder.dtype
        self.scale: float = config.scaling_factor
        self.shift: float = config.shift_factor or 0.0
        self._is_tiny = isinstance(autoencoder, AutoencoderTiny)
        for part in ("encoder", "quant_conv"):
            self._move(part)

    def encode(self, images: Tensor, size: int) -> Tensor:
        """images: [B, 3, H, W] in 0 … 1, brought to size × size first.  Latents [B, C, h, w] in the images' dtype."""
        if images.shape[-2:] != (size, size):
            shrinks = images.shape[-1] > size
            images = F.interpolate(images, (size, size), mode="bilinear", antialias=shrinks, align_corners=False)
        encoded = self.autoencoder.encode((images * 2 - 1).to(self.dtype))
        # The mean of the posterior, not a sample: its deviation is tiny, and a score's gradient is noisy enough.
        latents = encoded.latents if self._is_tiny else encoded.latent_dist.mode()
        return self.scale * (latents.to(images.dtype) - self.shift)

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures [B, 3, H, W] in 0 … 1 (and a little beyond), in the latents' dtype."""
        for part in ("decoder", "post_quant_conv"):
            self._move(part)
        decoded = self.autoencoder.decode((latents / self.scale + self.shift).to(self.dtype)).sample
        return decoded.to(latents.dtype) / 2 + 0.5

    def _move(self, part: str) -> None:
        module = getattr(self.autoencoder, part, None)
        if module is not None:
            module.to(self.device)
