"""CLIP's text encoders and tokenizers, as published models' folders have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor
from transformers import CLIPTokenizer

from backend.priors.loading.files import damaged, missing

__all__ = ["load_clip_tokenizer", "run_clip", "tokens_of"]


def load_clip_tokenizer(folder: Path) -> Any:
    """From tokenizer.json, or vocab.json and merges.txt. Raises WeightsMissing or WeightsDamaged."""
    absent = [name for name in ("vocab.json", "merges.txt") if not (folder / name).is_file()]
    if absent and not (folder / "tokenizer.json").is_file():
        raise missing(f"The tokenizer is missing in {folder}: there is neither tokenizer.json nor {folder / absent[0]}")
    # No padding can be guessed: CLIP repeats its end, OpenCLIP (SD 2, SDXL's second encoder) has "!".
    if not (folder / "tokenizer_config.json").is_file():
        raise missing(f"The tokenizer's settings are missing: {folder / 'tokenizer_config.json'}")
    try:
        return CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # the tokenizers library raises plain Exceptions
        raise damaged(f"The tokenizer in {folder} cannot be read", error) from error


def run_clip(encoder: Any, tokenizer: Any, texts: list[str]) -> Any:
    """The encoder's answer to N texts, cut or padded to its length; with all layers' hidden states [N, L, D]."""
    # Tokenizers' own settings do not always say how long.
    tokens = tokens_of(tokenizer, texts, encoder.config.max_position_embeddings)
    return encoder(tokens.to(encoder.device), output_hidden_states=True)


def tokens_of(tokenizer: Any, texts: list[str], length: int) -> Tensor:
    """Numbers [N, length] of N texts, cut or padded."""
    return tokenizer(texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt").input_ids
