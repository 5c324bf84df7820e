"""Between pictures and a latent model's latents: diffusers' variational autoencoder, or a tiny stand-in for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from torch import Tensor

from backend.priors.base import FULL_ENCODER_FROM
from backend.priors.loading.components import load_component
from backend.priors.loading.files import damaged
from backend.priors.pictures import resized

__all__ = ["Autoencoder", "Encoders"]


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


class Encoders:
    """A model's autoencoder and, if there is one, a fast encoder that stands in for it in the first part of a run."""

    def __init__(self, vae: Any, fast_encoder: Path | None, device: torch.device) -> None:
        """fast_encoder: a folder with the TAESD that belongs to the model.

        Raises WeightsMissing, or WeightsDamaged for one whose latents have other shapes.
        """
        self.full = Autoencoder(vae, device)
        self.pixels = self.full.pixels
        self.fast: Autoencoder | None = None
        if fast_encoder is not None:
            self.fast = Autoencoder(load_component(AutoencoderTiny, fast_encoder, vae.dtype), device)
            found = (self.fast.vae.config.latent_channels, self.fast.pixels)
            needed = (vae.config.latent_channels, self.pixels)
            if found != needed:
                raise damaged(
                    f"The fast encoder in {fast_encoder} was made for another model: its latents have {found[0]} "
                    f"channels, one for {found[1]} pixels, the prior's {needed[0]}, one for {needed[1]}"
                )
        self.now = self.full

    def at_progress(self, progress: float, full_encoder_from: float = FULL_ENCODER_FROM) -> None:
        """The fast encoder, if there is one, for the first part of a run; then the full one. See FollowsProgress."""
        early = progress < full_encoder_from
        self.now = self.fast if self.fast is not None and early else self.full

    def encode(self, images: Tensor, size: int) -> Tensor:
        """By the one whose turn it is; see Autoencoder."""
        return self.now.encode(images, size)

    def decode(self, latents: Tensor) -> Tensor:
        """Always by the full autoencoder; see there."""
        return self.full.decode(latents)
