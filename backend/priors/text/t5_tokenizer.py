"""T5's tokenizer from its SentencePiece file, which DeepFloyd IF ships alone.

transformers reads such files only with two more packages, for what is a list of pieces with scores and a table of
character replacements. The format is a protocol buffer; sentencepiece_model.proto of google/sentencepiece names the
fields: ModelProto{1: pieces, 3: normalizer_spec}, SentencePiece{1: piece, 2: score},
NormalizerSpec{2: precompiled_charsmap}.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from transformers import T5Tokenizer

from backend.priors.loading.files import damaged, require_file

__all__ = ["load_t5_tokenizer"]

SENTINELS: Final = 100  # T5's <extra_id_99> … <extra_id_0>, which follow the pieces and stand in no prompt
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types of protocol buffers


def load_t5_tokenizer(folder: Path) -> Any:
    """From tokenizer.json or else spiece.model. Raises WeightsMissing or WeightsDamaged."""
    if (folder / "tokenizer.json").is_file():
        try:
            return T5Tokenizer.from_pretrained(folder, local_files_only=True)
        except Exception as error:  # the tokenizers package raises nothing more particular
            raise damaged(f"The tokenizer {folder / 'tokenizer.json'} cannot be read", error) from error
    path = require_file(folder / "spiece.model")
    try:
        pieces, replacements = _read(path.read_bytes())
        sentinels = [(f"<extra_id_{number}>", 0.0) for number in reversed(range(SENTINELS))]
        return T5Tokenizer(vocab=[*pieces, *sentinels], _spm_precompiled_charsmap=replacements or None)
    except (ValueError, IndexError, KeyError, struct.error) as error:
        raise damaged(f"{path} is not a SentencePiece file", error) from error


def _read(model: bytes) -> tuple[list[tuple[str, float]], bytes]:
    """Pieces with their scores, in the order of their numbers, and the replacements in the form tokenizers takes."""
    pieces: list[tuple[str, float]] = []
    replacements = b""
    for field, value in _fields(model):
        if field == 1:
            piece = dict(_fields(value))
            pieces.append((piece[1].decode(), struct.unpack("<f", piece.get(2, bytes(4)))[0]))
        elif field == 3:
            replacements = dict(_fields(value)).get(2, b"")
    if not pieces:
        raise ValueError("no pieces in it")
    return pieces, replacements


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and raw value of each field of a message; whole numbers are left out, as nothing here needs them."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        wire = key & 7
        if wire == VARINT:
            _, at = _varint(message, at)
            continue
        if wire == BYTES:
            length, at = _varint(message, at)
        elif wire in (FIXED32, FIXED64):
            length = 4 if wire == FIXED32 else 8
        else:
            raise ValueError(f"wire type {wire}")
        if at + length > len(message):
            raise ValueError("it ends too early")
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A whole number in groups of seven bits, lowest first, and where it ends."""
    number, shift = 0, 0
    while True:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
