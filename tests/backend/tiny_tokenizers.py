"""Tokenizers with a few dozen pieces, written as the published models' folders have them."""

import json
import struct
from pathlib import Path

CLIP_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789,."
CLIP_MERGES = ["r e", "re d</w>", "m u", "mu g</w>", "v i", "e w</w>", "vi ew</w>"]


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


def write_clip_tokenizer(folder: Path, pad: str) -> None:
    """CLIP's files with 77 tokens a text and a few merges; `pad` is what a model's authors pad with."""
    pieces = [*CLIP_LETTERS, *(f"{letter}</w>" for letter in CLIP_LETTERS), "!"]
    pieces += [merge.replace(" ", "") for merge in CLIP_MERGES]
    vocabulary = [*dict.fromkeys(pieces), "<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps({piece: number for number, piece in enumerate(vocabulary)}))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *CLIP_MERGES, ""]))
    names = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
    settings = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "pad_token": pad, **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
