"""Between pictures and a latent model's latents: diffusers' variational autoencoder, or a tiny stand-in for it."""

from __future__ import annotations

from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from torch import Tensor

from backend.priors.pictures import resized

__all__ = ["Autoencoder"]


class Autoencoder:
    """An AutoencoderKL, or an AutoencoderTiny (TAESD), whose latents come out on the scale the denoiser was trained on.

    z = scaling_factor · (latent - shift_factor), from the autoencoder's own configuration. TAESD was distilled to give
    the scaled latents at once: its factor is 1 where Stable Diffusion's is 0.18215, so both agree.
    """

    def __init__(self, vae: Any, device: torch.device) -> None:
        """vae: on the CPU, where its decoder stays until it is asked for: no step of score distillation needs it."""
        config = vae.config
        self.vae = vae
        self.device = device
        self.dtype: torch.dtype = vae.dtype
        self.scale: float = config.scaling_factor
        self.shift: float = config.shift_factor or 0.0
        self.pixels: int = 2 ** (len(config.block_out_channels) - 1)  # a side of a latent's square
        self._is_tiny = isinstance(vae, AutoencoderTiny)
        for part in ("encoder", "quant_conv"):
            self._move(part)

    def encode(self, images: Tensor, size: int) -> Tensor:
        """images: [B, 3, H, W] in 0 … 1, brought to size × size first.

        Returns latents [B, C, size / pixels, size / pixels] in the images' dtype, differentiably.
        """
        encoded = self.vae.encode((resized(images, size) * 2 - 1).to(self.dtype))
        # The mean of the posterior, not a sample: its deviation is tiny, and random numbers come from the engine.
        latents = encoded.latents if self._is_tiny else encoded.latent_dist.mode()
        return self.scale * (latents.to(images.dtype) - self.shift)

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures [B, 3, H, W] in 0 … 1 (and a little beyond), in the latents' dtype."""
        for part in ("decoder", "post_quant_conv"):
            self._move(part)
        decoded = self.vae.decode((latents / self.scale + self.shift).to(self.dtype)).sample
        return decoded.to(latents.dtype) / 2 + 0.5

    def _move(self, part: str) -> None:
        module = getattr(self.vae, part, None)
        if module is not None:
            module.to(self.device)
