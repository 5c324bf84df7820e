"""Tokenizers with a few dozen pieces, written as the published models' folders have them."""

import json
import struct
from pathlib import Path
from typing import Any

from transformers import CLIPTokenizer

BEGIN, END = "<|startoftext|>", "<|endoftext|>"
CLIP_LETTERS = "!'(),-./:;?0123456789abcdefghijklmnopqrstuvwxyz"
CLIP_MERGES = ["e d</w>", "r ed</w>", "i e", "v ie", "vie w</w>"]


def write_spiece(folder: Path) -> list[tuple[str, float]]:
    """A SentencePiece file as T5's: padding, end and unknown, then a few words and all letters. Returns the pieces."""
    words = ["▁red", "▁mug", "▁view", "▁side", "▁front", "▁a", "▁"]
    letters = list("abcdefghijklmnopqrstuvwxyz,")
    scores = [-float(place + 1) / 4 for place in range(len(words) + len(letters))]
    kinds = {"<pad>": 3, "</s>": 3, "<unk>": 2}  # control, control, unknown; the others are normal: 1
    pieces = [*((piece, 0.0) for piece in kinds), *zip([*words, *letters], scores, strict=True)]
    # In each piece: its text, its score as float32, its kind. Then the trainer's settings, to be passed over.
    body = b"".join(
        field(1, field(1, text.encode()) + b"\x15" + struct.pack("<f", score) + bytes([0x18, kinds.get(text, 1)]))
        for text, score in pieces
    )
    folder.mkdir(parents=True)
    (folder / "spiece.model").write_bytes(body + field(2, field(1, b"corpus")) + field(3, field(1, b"nmt_nfkc")))
    return pieces


def field(number: int, content: bytes) -> bytes:
    """A field of bytes in a protocol buffer."""
    size, length = b"", len(content)
    while True:
        length, digit = length >> 7, length & 0x7F
        size += bytes([digit | (0x80 if length else 0)])
        if not length:
            return bytes([number << 3 | 2]) + size + content


def tiny_clip_tokenizer(pad: str = END) -> CLIPTokenizer:
    """CLIP's kind, with letters for tokens and a few merges; `pad` is what a model's authors pad with."""
    merges: Any = [tuple(merge.split(" ")) for merge in CLIP_MERGES]
    return CLIPTokenizer(vocab=clip_vocabulary(), merges=merges, pad_token=pad, model_max_length=77)


def write_clip_tokenizer(folder: Path, pad: str) -> None:
    """The same in the files that published folders have."""
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps(clip_vocabulary()))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *CLIP_MERGES, ""]))
    names = {"bos_token": BEGIN, "eos_token": END, "unk_token": END}
    settings = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "pad_token": pad, **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def clip_vocabulary() -> dict[str, int]:
    """The end has the highest number, by which CLIP's encoders find it."""
    merged = (merge.replace(" ", "") for merge in CLIP_MERGES)
    pieces = [*CLIP_LETTERS, *(f"{letter}</w>" for letter in CLIP_LETTERS), *merged, BEGIN, END]
    return {piece: number for number, piece in enumerate(pieces)}
