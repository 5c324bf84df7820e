"""CLIP's tokenizer from its shipped merges, for checkpoints in one file, which do not bring a tokenizer along."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from transformers import CLIPTokenizer

__all__ = ["END", "OPEN_CLIP_PAD", "clip_tokenizer"]

MERGES: Final = Path(__file__).parent / "merges.txt"
LENGTH: Final = 77  # tokens, begin and end included, that every CLIP text encoder reads
BEGIN: Final = "<|startoftext|>"
END: Final = "<|endoftext|>"
OPEN_CLIP_PAD: Final = "!"  # token 0: OpenCLIP (SD 2, SDXL's second encoder) pads with zeros where CLIP repeats END


def clip_tokenizer(pad_token: str = END) -> CLIPTokenizer:
    """The tokenizer of CLIP (Radford et al. 2021): 49,408 tokens."""
    lines = MERGES.read_text(encoding="utf-8").splitlines()[1:]  # the first is a heading
    # Any: the constructor says list[str], and takes pairs alone.
    pairs: Any = [(first, second) for first, second in (line.split(" ") for line in lines)]
    letters = byte_letters()
    tokens = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(pair) for pair in pairs), BEGIN, END]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    return CLIPTokenizer(vocab=vocabulary, merges=pairs, pad_token=pad_token, model_max_length=LENGTH)


def byte_letters() -> list[str]:
    """A printable character for each of the 256 bytes, in the order of their tokens.

    Bytes that print stand for themselves and come first; the others get the characters from 256 on. This is
    the order of GPT-2's byte-level BPE, which CLIP's vocabulary is built on.
    """
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = 256 - len(printable)
    return [chr(code) for code in (*printable, *range(256, 256 + others))]
