"""Parts of models in diffusers' folder layout: read from this disk alone, from safetensors alone, and completely."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import torch
from diffusers.models.modeling_utils import ModelMixin
from diffusers.schedulers.scheduling_utils import SchedulerMixin
from safetensors import SafetensorError

from dreamfusion_blender.errors import Remedy, WeightsDamaged, WeightsMissing

__all__ = ["AGAIN", "damaged", "fast_dtype", "load_part", "load_scheduler", "require_file", "require_part"]

AGAIN: Final = Remedy("Download the model again, or choose another model's folder")
VARIANTS: Final = (None, "fp16", "bf16")  # published weights come under these names, the plain one first


def fast_dtype(device: torch.device) -> torch.dtype:
    """What a frozen network is kept in: half precision where that is faster and as good, on CUDA."""
    return torch.float16 if device.type == "cuda" else torch.float32


def require_file(path: Path) -> Path:
    """The path of a file that must be there; raises WeightsMissing if it is not."""
    if not path.is_file():
        raise WeightsMissing(f"A file of the model is missing: {path}", AGAIN)
    return path


def damaged(path: Path, reason: object) -> WeightsDamaged:
    """An error about a part that is there and cannot be used; the reason in one line."""
    return WeightsDamaged(f"A part of the model cannot be used: {path}: {' '.join(str(reason).split())[:300]}", AGAIN)


def require_part(source: Path, part: str) -> Path:
    """The folder of a part; raises WeightsMissing if its configuration or its weights are not there."""
    _variant(require_file(source / part / "config.json").parent)
    return source / part


def load_part(kind: Any, source: Path, part: str, dtype: torch.dtype, device: torch.device) -> Any:
    """A frozen network of class `kind`, diffusers' or transformers', from `source`/`part`.

    Raises WeightsMissing when there are no safetensors (pickled weights are not read: they can hold programs), and
    WeightsDamaged when they are unreadable or do not fill the network.
    """
    folder = require_part(source, part)
    try:
        model, report = kind.from_pretrained(
            folder,
            variant=_variant(folder),
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
            **_in_dtype(kind, dtype),
        )
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        raise damaged(folder, error) from error
    if report["missing_keys"]:  # the libraries would leave these at random, and say so in their log only
        raise damaged(folder, f"it lacks {len(report['missing_keys'])} tensors, as {min(report['missing_keys'])}")
    if issubclass(kind, ModelMixin):
        model = model.to(dtype)  # some of diffusers' classes come in the file's; transformers' keep T5's parts in full
    return model.to(device).eval().requires_grad_(False)


def _in_dtype(kind: type, dtype: torch.dtype) -> dict[str, Any]:
    """How each of the two libraries is told a dtype."""
    if issubclass(kind, ModelMixin):
        # low_cpu_mem_usage needs the accelerate package, which the backend does not have.
        return {"torch_dtype": dtype, "low_cpu_mem_usage": False}
    return {"dtype": dtype}


def _variant(folder: Path) -> str | None:
    """The infix of the weights' file names: model.safetensors, model.fp16.safetensors, or the same in shards."""
    for variant in VARIANTS:
        infix = "" if variant is None else f".{variant}"
        patterns = (f"*model{infix}.safetensors", f"*model{infix}-?????-of-?????.safetensors")
        if any(any(folder.glob(pattern)) for pattern in patterns):
            return variant
    raise WeightsMissing(
        f"There are no weights in {folder}: a file *.safetensors is needed; pickled weights (*.bin) are not read", AGAIN
    )


def load_scheduler(kind: type[SchedulerMixin], source: Path) -> Any:
    """A scheduler as its configuration in `source`/scheduler says. Raises WeightsMissing or WeightsDamaged."""
    path = require_file(source / "scheduler" / "scheduler_config.json")
    try:
        return kind.from_pretrained(path.parent, local_files_only=True)
    except (OSError, ValueError, TypeError, NotImplementedError) as error:
        raise damaged(path, error) from error
