"""Between pictures and the latents of Stable Diffusion's kin: diffusers' variational autoencoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from torch import Tensor

from backend.priors.loading.components import load_part
from backend.priors.pictures import resized

__all__ = ["Autoencoder"]


class Autoencoder:
    """Latents are scaled to a spread of about 1, as the denoiser was trained with."""

    def __init__(self, source: Path, device: torch.device) -> None:
        """source: a model's folder that has a part called vae. Raises WeightsMissing or WeightsDamaged."""
        # In full precision: the gradients that come back through it are smaller than what half precision can tell
        # from nothing.
        self.vae: Any = load_part(AutoencoderKL, source, "vae", torch.float32, device)
        self.scale: float = self.vae.config.scaling_factor
        self.shift: float = self.vae.config.shift_factor or 0.0
        self.pixels: int = 2 ** (len(self.vae.config.block_out_channels) - 1)  # a side of a latent's square

    def encode(self, images: Tensor, size: int) -> Tensor:
        """images: [B, 3, H, W] in 0 … 1, any H and W.  Returns [B, C, size / pixels, size / pixels], differentiably.

        The mean of the posterior, not a draw from it: its spread is small, and random numbers come from the engine.
        """
        return (self.vae.encode(resized(images, size) * 2 - 1).latent_dist.mean - self.shift) * self.scale

    def decode(self, latents: Tensor) -> Tensor:
        """The pictures [B, 3, H, W] in about 0 … 1."""
        return self.vae.decode(latents / self.scale + self.shift).sample / 2 + 0.5
