"""The tokenizer: one token a word, built from the world's words, in the files that transformers reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordLevel
from torch import Tensor

from backend.priors.prompts import VIEW_NAMES

__all__ = ["EMPTY", "JUDGE_SPECIAL", "PRIOR_SPECIAL", "Words"]

PRIOR_SPECIAL: Final = ("<pad>", "<bos>", "<eos>", "<unk>")
# transformers pools CLIP's text at the highest number if the end's is 2 (an old mistake that it keeps for old models).
JUDGE_SPECIAL: Final = ("<pad>", "<bos>", "<unk>", "<eos>")

# What prompts may say beside things and colours: grammar, frames such as "a photo of", and directions.
GLUE: Final = (
    *("a", "an", "and", "in", "next", "of", "on", "to", "top", "with", ","),
    *("3d", "dslr", "high", "model", "photo", "quality", "rendering"),
    *("view", *VIEW_NAMES),
)

EMPTY: Final = ""


class Words:
    """Texts to numbers and the other way."""

    def __init__(self, words: Iterable[str], length: int, special: Sequence[str] = PRIOR_SPECIAL) -> None:
        """length: tokens of a text, start, end and padding included."""
        self.length = length
        self.vocabulary = {word: index for index, word in enumerate((*special, *sorted({*words, *GLUE})))}
        self.pad, self.start, self.unknown, self.end = (
            self.vocabulary[name] for name in ("<pad>", "<bos>", "<unk>", "<eos>")
        )
        self._special = tuple(special)
        self._tokenizer = self._make()

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """[N, L] numbers. Raises ValueError for a text with an unknown word or too many: the world's have neither."""
        rows = []
        for text, encoded in zip(texts, self._tokenizer.encode_batch(list(texts)), strict=True):
            if self.unknown in encoded.ids or len(encoded.ids) > self.length:
                raise ValueError(f"The caption {text!r} has unknown words or more than {self.length} tokens")
            rows.append(encoded.ids + [self.pad] * (self.length - len(encoded.ids)))
        return torch.tensor(rows)

    def text(self, ids: Sequence[int]) -> str:
        """The words of a row."""
        known = {index: word for word, index in self.vocabulary.items()}
        return " ".join(known[index] for index in ids if known[index] not in self._special).replace(" ,", ",")

    def save(self, folder: Path) -> None:
        """tokenizer.json and tokenizer_config.json."""
        folder.mkdir(parents=True, exist_ok=True)
        self._tokenizer.save(str(folder / "tokenizer.json"))
        settings: dict[str, Any] = {
            "backend": "tokenizers",
            "bos_token": "<bos>",
            "eos_token": "<eos>",
            "model_max_length": self.length,
            "pad_token": "<pad>",
            "padding_side": "right",
            "tokenizer_class": "TokenizersBackend",
            "unk_token": "<unk>",
        }
        (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")

    def _make(self) -> Tokenizer:
        tokenizer = Tokenizer(WordLevel(self.vocabulary, unk_token="<unk>"))
        tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("isolated")]
        )
        tokenizer.add_special_tokens([AddedToken(name, normalized=False) for name in self._special])
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<bos> $A <eos>",
            pair="$A:0 $B:1",  # never asked for; tokenizers' own, as the first toybox was written with
            special_tokens=[("<bos>", self.start), ("<eos>", self.end)],
        )
        return tokenizer
