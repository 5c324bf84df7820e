"""Which files of a hub repository are wanted.

Only model_index.json and, in the family's own parts, weights as safetensors, tables and tokenizers: no pickles, no
programs, no pictures. Of a fast encoder its config.json and its weights. Of weights in half and in full precision the
half is taken (`variant="fp16"` in diffusers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..errors import ModelUnusable
from .families import Family
from .recognition import CONFIG, INDEX

_PATTERN: Final = re.compile(r"(?P<part>[a-z0-9_]+)/(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,120})")
_TABLE: Final = re.compile(r"[\w-]+\.(json|txt|model)")
# model.safetensors, model.fp16.safetensors, model-00001-of-00002.safetensors, model.fp16-00001-of-00002.safetensors;
# other variants (`non_ema`) are not wanted.
_WEIGHTS: Final = re.compile(r"(model|diffusion_pytorch_model)(\.fp16)?(-\d{5}-of-\d{5})?\.safetensors")
_SHARDS: Final = re.compile(r"(model|diffusion_pytorch_model)\.safetensors\.index(\.fp16)?\.json")
_HALF: Final = ".fp16"


@dataclass(frozen=True)
class RemoteFile:
    """A file as the hub lists it. digest: the SHA-256 of its content, or git's blob hash for small files."""

    name: str
    size: int
    digest: str


def select(files: Iterable[RemoteFile], family: Family) -> list[RemoteFile]:
    """The files that a model of this family needs, in the order to fetch them: the small ones first.

    Their names lead nowhere but into the model's own folder. Raises ModelUnusable when a part has no safetensors.
    """
    by_part: dict[str, list[RemoteFile]] = {part: [] for part in family.parts}
    chosen: list[RemoteFile] = []
    for file in files:
        if file.name == INDEX:
            chosen.append(file)
        elif (match := _PATTERN.fullmatch(file.name)) and match["part"] in by_part:
            by_part[match["part"]].append(file)
    for part, within in by_part.items():
        chosen += _select_part(part, within)
    return sorted(chosen, key=lambda file: (file.size, file.name))


def select_fast_encoder(files: Iterable[RemoteFile]) -> list[RemoteFile]:
    """The files that a fast encoder needs, the small one first. Raises ModelUnusable when it has no safetensors."""
    files = list(files)
    weights = _select_part("", [file for file in files if _WEIGHTS.fullmatch(file.name)])
    return [*(file for file in files if file.name == CONFIG), *weights]


def _select_part(part: str, files: list[RemoteFile]) -> list[RemoteFile]:
    """A part's tables, and its weights in one precision."""
    tables = [file for file in files if _TABLE.fullmatch(_base(file))]
    if part.startswith("tokenizer") or part == "scheduler":
        return tables
    weights = [file for file in files if _WEIGHTS.fullmatch(_base(file))]
    half = [file for file in weights if _HALF in file.name]
    same = half or weights
    if not same:
        where = f"{part}/*.safetensors" if part else "diffusion_pytorch_model.safetensors"
        raise ModelUnusable(f"The repository has no {where}: nothing else is loaded here, pickles least")
    if whole := [file for file in same if "-of-" not in file.name]:
        return [*tables, whole[0]]
    shards = [file for file in files if _SHARDS.fullmatch(_base(file)) and (_HALF in file.name) == bool(half)]
    return [*tables, *shards, *same]


def _base(file: RemoteFile) -> str:
    return file.name.rpartition("/")[2]
