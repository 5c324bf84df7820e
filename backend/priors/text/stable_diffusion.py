"""What Stable Diffusion 1, 2 and XL read of a prompt: one or two CLIP encoders, kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from backend.priors.text.clip import run_clip
from backend.priors.text.embeddings import PromptEmbedding

__all__ = ["StableDiffusionText"]


class StableDiffusionText:
    """One encoder: its last hidden states (SD 1, SD 2). Two: their second to last ones side by side, and the second's
    projected vector (SDXL, Podell et al. 2023, §2.1).

    SD 2's encoder was cut one layer short of OpenCLIP's when it was converted, so that its last is OpenCLIP's second
    to last, which SD 2 was trained on. The encoders are kept, since LoRA may have changed them.
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
        self.device = device
        self.zero_empty = zero_empty

    def embed(self, texts: list[str]) -> list[PromptEmbedding]:
        """In float32 on the device, one by one: a few short texts, once a job."""
        return [self._embed(text) for text in texts]

    @torch.no_grad()
    def _embed(self, text: str) -> PromptEmbedding:
        outputs = [
            run_clip(encoder, tokenizer, [text])
            for encoder, tokenizer in zip(self.encoders, self.tokenizers, strict=True)
        ]
        if len(outputs) == 1:
            hidden, pooled = outputs[0].last_hidden_state[0], None
        else:
            hidden = torch.cat([output.hidden_states[-2] for output in outputs], dim=-1)[0]
            pooled = outputs[-1].text_embeds[0].float().to(self.device)
        hidden = hidden.float().to(self.device)
        if self.zero_empty and not text:
            hidden, pooled = torch.zeros_like(hidden), None if pooled is None else torch.zeros_like(pooled)
        return PromptEmbedding(hidden, pooled)
