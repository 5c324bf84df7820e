"""What Stable Diffusion 3 reads of a prompt: two CLIP encoders, and T5 where there is memory for it.

As diffusers' StableDiffusion3Pipeline.encode_prompt does it, one encoder in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import CLIPTextModelWithProjection, T5EncoderModel

from backend.priors.loading.components import load_component, require_component
from backend.priors.text.clip import load_clip_tokenizer, run_clip
from backend.priors.text.embeddings import PromptEmbedding, with_encoder
from backend.priors.text.t5_tokenizer import load_t5_tokenizer

__all__ = ["StableDiffusion3Text", "TextSource", "texts_of_folder"]

T5_TOKENS: Final = 256  # the pipeline's max_sequence_length, the length of T5's texts in training


@dataclass(frozen=True)
class TextSource:
    """A tokenizer, and how to load the encoder that reads its tokens."""

    tokenizer: Any
    load: Callable[[torch.dtype, torch.device], Any]


def texts_of_folder(source: Path) -> tuple[tuple[TextSource, TextSource], TextSource | None]:
    """The two CLIPs of a model's folder, and its T5 if it has one. Raises WeightsMissing or WeightsDamaged."""

    def clip(suffix: str) -> TextSource:
        folder = source / f"text_encoder{suffix}"
        require_component(CLIPTextModelWithProjection, folder)
        load = partial(load_component, CLIPTextModelWithProjection, folder)
        return TextSource(load_clip_tokenizer(source / f"tokenizer{suffix}"), load)

    first, second = clip(""), clip("_2")
    folder = source / "text_encoder_3"
    if not folder.is_dir():
        return (first, second), None
    require_component(T5EncoderModel, folder)
    load = partial(load_component, T5EncoderModel, folder)
    return (first, second), TextSource(load_t5_tokenizer(source / "tokenizer_3"), load)


class StableDiffusion3Text:
    """The encoders, each loaded when there is something to embed and let go of after."""

    def __init__(
        self,
        clips: tuple[TextSource, TextSource],
        t5: TextSource | None,
        width: int,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        """width: how many values a place has for the transformer."""
        self.clips, self.t5 = clips, t5
        self.width, self.dtype, self.device = width, dtype, device

    def embed(self, texts: list[str]) -> list[PromptEmbedding]:
        """One for each text: [77 + T5_TOKENS, width], CLIP's places and then T5's; pooled by both CLIPs."""
        first_pooled, first = self._clip(self.clips[0], texts)
        second_pooled, second = self._clip(self.clips[1], texts)
        clip = torch.cat([first, second], dim=-1)
        clip = F.pad(clip, (0, self.width - clip.shape[-1]))  # zeros in the values that T5 alone has
        places = torch.cat([clip, self._t5(texts)], dim=1)
        pooled = torch.cat([first_pooled, second_pooled], dim=-1)
        return [PromptEmbedding(*both) for both in zip(places, pooled, strict=True)]

    def _clip(self, source: TextSource, texts: list[str]) -> tuple[Tensor, Tensor]:
        """The projection of the whole text [N, P], and its places before the encoder's last layer [N, 77, D]."""

        def run(encoder: Any) -> tuple[Tensor, Tensor]:
            out = run_clip(encoder, source.tokenizer, texts)
            return out.text_embeds.to(self.device), out.hidden_states[-2].to(self.device)

        return with_encoder(partial(source.load, self.dtype), run, self.device)

    def _t5(self, texts: list[str]) -> Tensor:
        """[N, T5_TOKENS, width]; zeros where there is no T5, which training had at times as well."""
        if self.t5 is None:
            return torch.zeros(len(texts), T5_TOKENS, self.width, dtype=self.dtype, device=self.device)
        tokens = self.t5.tokenizer(
            texts, padding="max_length", max_length=T5_TOKENS, truncation=True, return_tensors="pt"
        )

        def run(encoder: Any) -> Tensor:
            # Without a mask, unlike in DeepFloyd IF: training let padding take part.
            ids = tokens.input_ids.to(encoder.device)
            return encoder(ids).last_hidden_state.to(self.device, self.dtype)

        return with_encoder(partial(self.t5.load, self.dtype), run, self.device)
