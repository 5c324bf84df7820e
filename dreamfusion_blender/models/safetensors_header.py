"""The names and shapes in a .safetensors file, read without opening the tensors and without trusting the file.

The format: eight bytes with the length N of the header, little endian; N bytes of JSON, one entry a tensor with
`dtype`, `shape` and `data_offsets` into what follows, and `__metadata__`; then the tensors' bytes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..errors import ModelUnusable

Shapes = dict[str, tuple[int, ...]]

_LONGEST_HEADER: Final = 25_000_000
"""Bytes; huggingface_hub's own limit. Headers of real checkpoints have a few hundred thousand."""
_LONGEST_NUMBER: Final = 19  # digits of 2^63: beyond are no file's sizes, and Python takes long over long numbers


def read_shapes(path: Path) -> Shapes:
    """The tensors' shapes by their names. Raises ModelUnusable for what is no whole safetensors file."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            return _parse(file.read(8), file.read, size)
    except OSError as error:
        raise ModelUnusable(f"Cannot read {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:  # JSON's own errors are ValueErrors
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ModelUnusable(f"{path} is no whole .safetensors file: {reason}") from error


def _parse(prefix: bytes, read: Callable[[int], bytes], size: int) -> Shapes:
    if len(prefix) < 8:
        raise ValueError(f"it has {size} bytes")
    (length,) = struct.unpack("<Q", prefix)
    if length > _LONGEST_HEADER:
        raise ValueError(f"its header would have {length} bytes")
    if 8 + length > size:
        raise ValueError("it ends within its header")
    header = json.loads(read(length).decode("utf-8"), parse_int=_integer, parse_constant=_refuse)
    if not isinstance(header, dict):
        raise ValueError("its header is no table")
    tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
    return {name: _shape(name, entry, size - 8 - length) for name, entry in tensors.items()}


def _shape(name: str, entry: object, room: int) -> tuple[int, ...]:
    """The entry's shape. room: bytes that there are for tensors."""
    table = entry if isinstance(entry, dict) else {}
    shape, offsets = _sizes(table.get("shape")), _sizes(table.get("data_offsets"))
    if shape is None or offsets is None or len(offsets) != 2:
        raise ValueError(f"its entry {name[:80]!r} is malformed")
    if not offsets[0] <= offsets[1] <= room:
        raise ValueError(f"its tensor {name[:80]!r} lies outside the file, which is cut short or damaged")
    return shape


def _sizes(value: object) -> tuple[int, ...] | None:
    """A list of whole numbers from 0; None for anything else."""
    if not isinstance(value, list):
        return None
    sizes = [each for each in value if type(each) is int and each >= 0]  # type, since True is an int as well
    return tuple(sizes) if len(sizes) == len(value) else None


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(f"its header has a number of {len(digits)} digits")
    return int(digits)


def _refuse(constant: str) -> object:
    raise ValueError(f"its header has {constant} for a number")
