"""CLIP's tokenizers, as published models' folders have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import CLIPTokenizer

from backend.priors.loading.components import damaged, require_file

__all__ = ["clip_tokens", "load_clip_tokenizer"]


def load_clip_tokenizer(folder: Path) -> Any:
    """From tokenizer.json, or vocab.json and merges.txt. Raises WeightsMissing or WeightsDamaged."""
    if not (folder / "tokenizer.json").is_file():
        require_file(folder / "vocab.json")
        require_file(folder / "merges.txt")
    require_file(folder / "tokenizer_config.json")  # it says what the authors pad with
    try:
        return CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # the tokenizers package raises nothing more particular
        raise damaged(folder, error) from error


def clip_tokens(tokenizer: Any, texts: list[str], device: torch.device) -> Tensor:
    """[N, L] numbers of tokens, cut or padded to the model's length."""
    length = tokenizer.model_max_length
    tokens = tokenizer(texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt")
    return tokens.input_ids.to(device)
