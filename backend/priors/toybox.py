"""The embedded prior: a small pixel-space diffusion model of simple objects, seen in one view or in four together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from torch import Tensor
from transformers import AutoTokenizer, CLIPTextModel

from backend.cameras import Cameras
from backend.priors.base import Condition, NoiseSchedule
from backend.priors.loading.checksums import verify
from backend.priors.prompts import view_prompts

__all__ = ["ToyboxPrior"]

FOLDER = Path(__file__).parent / "toybox"
TOKENS = 32  # the length every prompt is padded to


class MultiViewAttention:
    """Self-attention over the tokens of all views of an object; cross-attention view by view (MVDream §3.1)."""

    def __init__(self, views: int) -> None:
        self.views = views

    def __call__(
        self,
        attention: Any,  # diffusers' Attention module, which has no useful static type
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        **_: object,
    ) -> Tensor:
        """hidden_states: [B, N, C], B a multiple of the number of views.  Returns the same shape."""
        batch, tokens, channels = hidden_states.shape
        together = self.views if encoder_hidden_states is None else 1
        source = hidden_states if encoder_hidden_states is None else encoder_hidden_states

        def split(x: Tensor) -> Tensor:
            return x.reshape(batch // together, together * x.shape[1], attention.heads, -1).transpose(1, 2)

        attended = F.scaled_dot_product_attention(
            split(attention.to_q(hidden_states)), split(attention.to_k(source)), split(attention.to_v(source))
        )
        return attention.to_out[0](attended.transpose(1, 2).reshape(batch, tokens, channels))


class ToyboxPrior:
    """Pictures of 64 × 64 pixels; v-prediction; cameras as matrices (four views) or as words (one view)."""

    resolution = 64
    in_pixels = True

    def __init__(self, views: int, device: torch.device, folder: Path = FOLDER) -> None:
        """views: 4 to look at four views of an object together, 1 to look at each alone.

        Raises WeightsMissing or WeightsDamaged when a file is missing or is not the one that was shipped.
        """
        verify(folder)
        self.views = views
        self.calls = 0
        self.device = device
        # Any: the libraries' decorators hide the types of these modules' methods from type checkers.
        self.unet: Any = UNet2DConditionModel.from_pretrained(
            folder / "unet", low_cpu_mem_usage=False, torch_dtype=torch.float32
        )
        self.unet.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
        self.unet.set_attn_processor(MultiViewAttention(views))
        self.text_encoder: Any = CLIPTextModel.from_pretrained(folder / "text_encoder", dtype=torch.float32)
        self.text_encoder.to(device).eval().requires_grad_(False)
        self.tokenizer = AutoTokenizer.from_pretrained(folder / "tokenizer")
        scheduler: Any = DDPMScheduler.from_pretrained(folder / "scheduler")
        self.schedule = NoiseSchedule.variance_preserving(scheduler.alphas_cumprod.to(device))
        self._embeddings: dict[str, Tensor] = {}

    def encode(self, images: Tensor) -> Tensor:
        """A pixel model: latents are the pictures in -1 … 1."""
        return images * 2 - 1

    def decode(self, latents: Tensor) -> Tensor:
        """The pictures in 0 … 1."""
        return latents / 2 + 0.5

    def condition(self, prompt: str, negative_prompt: str, cameras: Cameras) -> Condition:
        """Four views: the cameras' matrices. One view: the direction in words, as DreamFusion §3.2 does."""
        empty = self._embed(negative_prompt).expand(len(cameras), -1, -1)
        if self.views > 1:
            return Condition(self._embed(prompt).expand(len(cameras), -1, -1), empty, cameras.matrices())
        texts = [self._embed(text) for text in view_prompts(prompt, cameras)]
        return Condition(torch.cat(texts), empty, torch.zeros(len(cameras), 16, device=self.device))

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        """Prompt and negative prompt in one batch of 2 B pictures; see Prior."""
        self.calls += 1
        with torch.no_grad():
            velocity = self.unet(
                torch.cat([noisy, noisy]).contiguous(memory_format=torch.channels_last),
                timestep,
                torch.cat([condition.text, condition.empty_text]),
                class_labels=torch.cat([condition.cameras, condition.cameras]),
            ).sample
        both = self.schedule.noise_from_velocity(torch.cat([noisy, noisy]), velocity, timestep)
        conditional, unconditional = both.chunk(2)
        return conditional, unconditional

    def _embed(self, text: str) -> Tensor:
        """[1, TOKENS, D]; each text goes through the encoder once."""
        if text not in self._embeddings:
            encoded = self.tokenizer(
                text, padding="max_length", max_length=TOKENS, truncation=True, return_tensors="pt"
            )
            with torch.no_grad():
                ids = encoded.input_ids.to(self.device)
                self._embeddings[text] = self.text_encoder(ids).last_hidden_state
        return self._embeddings[text]
