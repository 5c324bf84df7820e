"""LoRA files as jobs name them: read in the forms people write, and told what they are by their tensors' names."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..errors import BadSpec, ModelUnusable
from .families import Family, FamilyName, family_named
from .reference import is_absolute
from .safetensors_header import Shapes, read_shapes

MOST_LORAS: Final = 16
WEIGHT_RANGE: Final = (-10.0, 10.0)

_LORA_TEXT: Final = re.compile(r"(.+\.safetensors)(?::(.*))?", re.IGNORECASE)
# How wide the text is that a LoRA's model reads, by its own first matrix of cross-attention's keys.
_KEYS: Final = re.compile(r".*attn2[._](processor[._])?to_k.*(lora_A|lora_down|\.down)\.weight")
_TEXT_WIDTHS: Final[Mapping[int, FamilyName]] = {
    768: "stable_diffusion",
    1024: "stable_diffusion",
    2048: "stable_diffusion_xl",
}
_OF_TRANSFORMERS: Final = re.compile(
    r"(transformer\.|diffusion_model\.|lora_transformer_|lora_unet_(joint|double|single)_)"
)


@dataclass(frozen=True)
class Lora:
    """A LoRA file to put on top of a model, and how strongly: 1 is as it was trained."""

    path: Path
    weight: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """As a job's file keeps it."""
        return {"path": str(self.path), "weight": self.weight}


def read_loras(value: object) -> tuple[Lora, ...]:
    """LoRA files in any of the forms that people and programs write: each as FILE or FILE:WEIGHT (several in one text
    with a semicolon between), as a pair, or as a table of path and weight. Raises BadSpec or ModelUnusable.
    """
    if isinstance(value, str):
        return tuple(_read_text(each.strip()) for each in value.split(";") if each.strip())
    if not isinstance(value, Sequence):
        raise BadSpec(f"loras is {value!r}; permitted: a list of .safetensors files, each FILE or FILE:WEIGHT")
    return tuple(_read_one(each) for each in value)


def _read_one(value: object) -> Lora:
    if isinstance(value, Lora):
        return value
    if isinstance(value, str):
        return _read_text(value.strip())
    if isinstance(value, Mapping) and set(value) <= {"path", "weight"} and "path" in value:
        return _pair(value["path"], value.get("weight", 1.0))
    if isinstance(value, Sequence) and len(value) == 2:
        return _pair(*value)
    if isinstance(value, os.PathLike):
        return _pair(value, 1.0)
    raise BadSpec(f"loras has {value!r}; each is FILE, FILE:WEIGHT, a pair, or a table of path and weight")


def _pair(path: object, weight: object) -> Lora:
    if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
        raise BadSpec(f"loras has {path!r} for a file; permitted: the path of a .safetensors file")
    if isinstance(weight, bool) or not isinstance(weight, (int, float)):
        raise BadSpec(f"loras has the weight {weight!r} for {path}; permitted: a number")
    return Lora(Path(os.path.expanduser(os.fspath(path))), float(weight))


def _read_text(text: str) -> Lora:
    match = _LORA_TEXT.fullmatch(text)
    if match is None:
        return _pair(text, 1.0)  # validate says what is wrong with it
    if match[2] is None:
        return _pair(match[1], 1.0)
    try:
        return _pair(match[1], float(match[2]))
    except ValueError as error:
        raise BadSpec(f"loras has {text!r}; after the colon stands the weight, a number such as 0.8") from error


def validate_lora(lora: Lora) -> None:
    """Raise BadSpec or ModelUnusable for what cannot be a LoRA's file or weight, whatever lies on the disk."""
    low, high = WEIGHT_RANGE
    if not math.isfinite(lora.weight) or not low <= lora.weight <= high:
        raise BadSpec(f"loras has the weight {lora.weight} for {lora.path}; permitted: from {low:g} to {high:g}")
    if lora.path.suffix.lower() != ".safetensors":
        raise ModelUnusable(
            f"The LoRA {lora.path} is not a .safetensors file; others can run any program when they are opened, so "
            "they are not"
        )
    if not is_absolute(str(lora.path)):
        raise BadSpec(f"loras has {str(lora.path)!r}, a path from no known place: give the whole path")


def check_lora(path: Path, family: Family) -> None:
    """Raise ModelUnusable for a file that is not there, is no LoRA, or is one for another family of models."""
    if not path.is_file():
        raise ModelUnusable(f"There is no LoRA at {path}")
    shapes = read_shapes(path)
    if not any("lora" in name.lower() for name in shapes):
        raise ModelUnusable(f"{path} holds no LoRA: no tensor in it has a name that LoRA files use")
    made_for = _family_of(shapes)
    if made_for is not None and made_for != family.name:
        raise ModelUnusable(f"{path} is a LoRA for {family_named(made_for).label}, and the prior is {family.label}")


def _family_of(shapes: Shapes) -> FamilyName | None:
    """The family a LoRA was trained on, where its names and widths say so."""
    if any(_OF_TRANSFORMERS.match(name) for name in shapes):
        return "stable_diffusion_3"
    widths = {shape[1] for name, shape in shapes.items() if len(shape) > 1 and _KEYS.fullmatch(name)}
    families: set[FamilyName] = {_TEXT_WIDTHS[width] for width in widths if width in _TEXT_WIDTHS}
    return families.pop() if len(families) == 1 else None
