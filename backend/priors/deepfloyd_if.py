"""DeepFloyd IF, stage I: a diffusion model of pixels, 64 × 64 of them, that reads its prompts through T5.

The open model nearest to the Imagen of DreamFusion.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor
from transformers import T5EncoderModel

from backend.cameras import Cameras
from backend.priors.base import Condition
from backend.priors.loading.components import load_component, require_component
from backend.priors.loading.files import damaged
from backend.priors.loading.schedulers import load_epsilon_schedule
from backend.priors.pictures import resized
from backend.priors.precision import Precision, usual_precision
from backend.priors.text.embeddings import EmbeddingCache, PromptEmbedding, condition_in_words, with_encoder
from backend.priors.text.t5_tokenizer import load_t5_tokenizer

__all__ = ["DeepFloydIFPrior"]

TOKENS: Final = 77  # what IF was trained with, though T5 can read more (diffusers' IFPipeline.encode_prompt)


class DeepFloydIFPrior:
    """One view at a time, its direction in words; the U-Net predicts the noise, and a variance that is of no use here.

    The text encoder, larger than the U-Net, is in memory only while a new prompt is embedded.
    """

    views = 1
    in_pixels = True

    def __init__(self, source: Path, device: torch.device, precision: Precision | None = None) -> None:
        """source: a folder with unet, text_encoder, tokenizer and scheduler, as diffusers' IFPipeline has them.

        Raises WeightsMissing or WeightsDamaged.
        """
        self.source = source
        self.device = device
        self.calls = 0
        self.dtype = (precision or usual_precision(device)).denoiser
        require_component(T5EncoderModel, source / "text_encoder")  # loaded later, but missed now
        self.tokenizer = load_t5_tokenizer(source / "tokenizer")
        self.schedule = load_epsilon_schedule(source, "IF", device)
        self.unet: Any = load_component(UNet2DConditionModel, source / "unet", self.dtype, device)
        self.unet.to(memory_format=torch.channels_last)
        channels = (self.unet.config.in_channels, self.unet.config.out_channels)
        if channels not in ((3, 6), (3, 3)):
            raise damaged(
                f"{source / 'unet'} is not IF's stage I, which takes 3 channels and gives 6 (or 3): this one takes and "
                f"gives {channels}"
            )
        self.resolution: int = self.unet.config.sample_size
        self._embeddings = EmbeddingCache(self._embed)

    def encode(self, images: Tensor) -> Tensor:
        """A pixel model: latents are the pictures in -1 … 1."""
        return resized(images, self.resolution) * 2 - 1

    def decode(self, latents: Tensor) -> Tensor:
        """The pictures in 0 … 1."""
        return latents / 2 + 0.5

    def condition(self, prompt: str, negative_prompt: str, cameras: Cameras, say_views: bool = True) -> Condition:
        """The direction of each view in words, as DreamFusion §3.2 does."""
        return condition_in_words(self._embeddings, prompt, negative_prompt, cameras, say_views, at_once=True)

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        """Prompt and negative prompt in one batch of 2 B pictures; see Prior."""
        self.calls += 1
        both = torch.cat([noisy, noisy]).to(self.dtype).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            answer = self.unet(both, timestep, torch.cat([condition.text, condition.empty_text])).sample
        noise = answer[:, : noisy.shape[1]]  # the other channels are the variance of the reverse process
        conditional, unconditional = noise.float().chunk(2)
        return conditional, unconditional

    def _embed(self, texts: list[str]) -> list[PromptEmbedding]:
        """[TOKENS, D] for each text, in lower case as in training (diffusers' IFPipeline._text_preprocessing)."""
        tokens = self.tokenizer(
            [text.lower().strip() for text in texts],
            padding="max_length",
            max_length=TOKENS,
            truncation=True,
            return_tensors="pt",
        )

        def run(encoder: Any) -> Tensor:
            # The mask keeps padding out of T5; the U-Net reads all 77 places, as it did in training.
            ids, mask = tokens.input_ids.to(encoder.device), tokens.attention_mask.to(encoder.device)
            return encoder(ids, attention_mask=mask).last_hidden_state.to(self.device, self.dtype)

        load = partial(load_component, T5EncoderModel, self.source / "text_encoder", self.dtype)
        return [PromptEmbedding(each) for each in with_encoder(load, run, self.device)]
