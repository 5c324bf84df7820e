"""Files of models that the user brought: read as safetensors alone, and errors that say what to do about them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError, safe_open
from torch import Tensor

from dreamfusion_blender.errors import Remedy, WeightsDamaged, WeightsMissing

__all__ = ["damaged", "missing", "read_json", "read_tensors", "require_file", "weights_variant"]

PICKLED: Final = (".bin", ".ckpt", ".pt", ".pth")  # whose loading can run code that came with the file
VARIANTS: Final = (None, "fp16", "bf16")  # published weights come under these names, the plain one first

_GET_IT: Final = Remedy("Get the model again, in safetensors form, and give its folder or its file")
_LONGEST_CAUSE: Final = 300  # characters: torch lists every weight that does not fit


def missing(message: str) -> WeightsMissing:
    """The error for a file of the user's model that is not there."""
    return WeightsMissing(message, _GET_IT)


def damaged(message: str, cause: Exception | None = None) -> WeightsDamaged:
    """The error for a file of the user's model that cannot be used; the cause's words follow in one line."""
    said = "" if cause is None else f": {' '.join(str(cause).split())[:_LONGEST_CAUSE]}"
    return WeightsDamaged(message + said, _GET_IT)


def require_file(path: Path) -> Path:
    """The path of a file that must be there; raises WeightsMissing if it is not."""
    if not path.is_file():
        raise missing(f"A file of the model is missing: {path}")
    return path


def read_json(path: Path) -> dict[str, Any]:
    """A configuration. Raises WeightsMissing or WeightsDamaged."""
    try:
        content = json.loads(require_file(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise damaged(f"A file of the model is not valid JSON: {path}", error) from error
    if not isinstance(content, dict):
        raise damaged(f"A file of the model is not a configuration: {path}")
    return content


def read_tensors(path: Path, prefix: str = "") -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors of a safetensors file whose names begin so, and its metadata.

    Raises WeightsMissing or WeightsDamaged.
    """
    if require_file(path).suffix != ".safetensors":
        raise damaged(f"{path} is not a .safetensors file; pickled weights can run code and are never loaded")
    try:
        with safe_open(path, framework="pt") as file:
            names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118  # no dict
            return {name: file.get_tensor(name) for name in names}, file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise damaged(f"{path} cannot be read", error) from error


def weights_variant(folder: Path, stem: str) -> str | None:
    """Which files hold a component's weights: None for `stem`.safetensors, "fp16" for a half-precision copy alone.

    Raises WeightsMissing when there are none, or only pickled ones.
    """
    for variant in VARIANTS:
        middle = f".{variant}" if variant else ""
        names = (f"{stem}{middle}.safetensors", f"{stem}.safetensors.index{middle}.json")
        if any((folder / name).is_file() for name in names):
            return variant
    pickled = [path.name for path in sorted(folder.glob("*")) if path.suffix in PICKLED]
    if pickled:
        raise missing(
            f"{folder} holds only pickled weights ({pickled[0]}), which can run code and are never loaded; "
            f"{stem}.safetensors is needed"
        )
    raise missing(f"The weights {stem}.safetensors are missing in {folder}")
