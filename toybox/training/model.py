"""A trained or half-trained prior, for those who ask it: training, samples, obedience."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from toybox.training.network import UNet
from toybox.training.noise import Noise
from toybox.training.settings import NetworkSettings

__all__ = ["Model", "Tokenise"]

Tokenise = Callable[[Sequence[str]], Tensor]  # [N, L]


@dataclass
class Model:
    """unet may be the compiled one; encoder is CLIP's text transformer."""

    unet: UNet | Callable[..., Tensor]
    encoder: Any
    noise: Noise
    network: NetworkSettings
    tokenise: Tokenise

    def text(self, tokens: Tensor) -> Tensor:
        """What cross-attention reads: [N, L, D].  tokens: [N, L]."""
        return self.encoder(input_ids=tokens).last_hidden_state

    def answer(
        self, noisy: Tensor, timesteps: Tensor, text: Tensor, labels: Tensor, rays: Tensor, singles: int
    ) -> Tensor:
        """The network's own answer, ε or v, in float32.  Shapes as in Batch; timesteps: [N]."""
        seen = torch.cat([noisy, rays], dim=1).contiguous(memory_format=torch.channels_last)
        return self.unet(seen, timesteps, text, labels, singles).float()

    def clean(
        self, noisy: Tensor, timesteps: Tensor, text: Tensor, labels: Tensor, rays: Tensor, singles: int = 0
    ) -> Tensor:
        """The clean pictures that the answer means."""
        return self.noise.clean(noisy, self.answer(noisy, timesteps, text, labels, rays, singles), timesteps)
