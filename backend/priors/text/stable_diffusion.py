"""CLIP's text encoders as a Stable Diffusion U-Net reads them, each text encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor

__all__ = ["Embedding", "TextEmbedder"]

KEPT: Final = 64  # texts; a job has five (four directions and the negative prompt), a long batch many jobs


@dataclass(frozen=True)
class Embedding:
    """hidden: [1, L, D], what cross-attention reads.  pooled: [1, P], SDXL's vector for the whole text, else None."""

    hidden: Tensor
    pooled: Tensor | None


class TextEmbedder:
    """One encoder: its last hidden states (SD 1, SD 2). Two: their second to last ones side by side, and the second's
    projected vector (SDXL, Podell et al. 2023, §2.1).

    SD 2's encoder was cut one layer short of OpenCLIP's when it was converted, so that its last is OpenCLIP's second
    to last, which SD 2 was trained on.
    """

    def __init__(
        self,
        tokenizers: Sequence[Any],
        encoders: Sequence[Any],
        text_device: torch.device,
        device: torch.device,
        zero_empty: bool = False,
    ) -> None:
        """text_device: where the encoders run.  device: where embeddings are wanted.

        zero_empty: an empty text is all zeros, not what the encoders make of it (SDXL's pipeline does so).
        """
        self.tokenizers = tokenizers
        self.encoders = [encoder.to(text_device) for encoder in encoders]
        self.text_device, self.device = text_device, device
        self.zero_empty = zero_empty
        self._known: dict[str, Embedding] = {}

    def __call__(self, text: str) -> Embedding:
        """In float32 on the device."""
        if text not in self._known:
            if len(self._known) >= KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[text] = self._encode(text)
        return self._known[text]

    @torch.no_grad()
    def _encode(self, text: str) -> Embedding:
        outputs = [self._run(*pair, text) for pair in zip(self.tokenizers, self.encoders, strict=True)]
        if len(outputs) == 1:
            hidden, pooled = outputs[0].last_hidden_state, None
        else:
            hidden = torch.cat([output.hidden_states[-2] for output in outputs], dim=-1)
            pooled = outputs[-1].text_embeds.float().to(self.device)
        hidden = hidden.float().to(self.device)
        if self.zero_empty and not text:
            hidden, pooled = torch.zeros_like(hidden), None if pooled is None else torch.zeros_like(pooled)
        return Embedding(hidden, pooled)

    def _run(self, tokenizer: Any, encoder: Any, text: str) -> Any:
        tokens = tokenizer(
            text,
            padding="max_length",
            max_length=encoder.config.max_position_embeddings,
            truncation=True,
            return_tensors="pt",
        )
        return encoder(tokens.input_ids.to(self.text_device), output_hidden_states=len(self.encoders) > 1)
