"""LoRA files merged into a model's weights: W + s · (α / r) · up · down (Hu et al. 2021, §4.1).

Merged, not kept beside them: a prior is frozen, so the step costs nothing more, and no further package is needed
(diffusers' own loading of LoRA files needs peft).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from backend.priors.loading.files import damaged, read_tensors
from backend.priors.loading.lora_names import spelled_modules, split_key
from dreamfusion_blender.models import Lora

__all__ = ["merge_lora"]


def merge_lora(lora: Lora, unet: Any, text_encoders: Sequence[Any]) -> int:
    """Add a file's changes to the weights in place; returns how many layers were changed.

    Raises WeightsMissing or WeightsDamaged, naming the first key that is not known, is alone, or does not fit.
    """
    tensors, metadata = read_tensors(lora.path)
    modules = spelled_modules(unet, text_encoders)
    found: dict[str, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        split = split_key(key)
        if split is None:
            raise damaged(f"{lora.path} is no plain LoRA: {key} is neither down, up nor alpha (DoRA, LoHa, LoKr?)")
        if split[0] not in modules:
            raise damaged(f"{lora.path} was made for another model: there is no layer for {key}")
        found.setdefault(split[0], {})[split[1]] = value
    changes = {name: _change(name, parts, metadata, lora) for name, parts in found.items()}
    for name, change in changes.items():
        _check_shape(name, change, modules[name], lora)
    for name, change in changes.items():  # only now, so that a bad file leaves the model as it was
        _add(modules[name], lora.weight * change)
    return len(changes)


def _change(name: str, parts: Mapping[str, Tensor], metadata: Mapping[str, str], lora: Lora) -> Tensor:
    """(α / r) · up · down in float32: [out, in · kernel].  The kernel, if any, is down's; up's is 1 × 1."""
    if "down" not in parts or "up" not in parts:
        raise damaged(f"{lora.path} has only a half of the change of {name}")
    down, up = parts["down"].float().flatten(1), parts["up"].float().flatten(1)
    rank = down.shape[0]
    if up.shape[1] != rank:
        raise damaged(f"{lora.path} has parts of {name} that do not fit together: ranks {up.shape[1]} and {rank}")
    scale = parts["alpha"].item() / rank if "alpha" in parts else _scale_in_metadata(name, metadata, lora)
    return scale * (up @ down)


def _scale_in_metadata(name: str, metadata: Mapping[str, str], lora: Lora) -> float:
    """α / r as diffusers' training scripts write it beside the tensors; 1 where nothing is said."""
    try:
        said: dict[str, Any] = json.loads(metadata.get("lora_adapter_metadata", "{}"))
    except ValueError as error:
        raise damaged(f"{lora.path} has metadata that is not valid JSON", error) from error
    part = name.split(".")[0]
    if said.get(f"{part}.alpha_pattern") or said.get(f"{part}.rank_pattern"):
        raise damaged(f"{lora.path} has ranks or alphas that differ from layer to layer, which is not supported")
    if f"{part}.lora_alpha" not in said:
        return 1.0
    alpha, rank = said[f"{part}.lora_alpha"], said[f"{part}.r"]
    return alpha / math.sqrt(rank) if said.get(f"{part}.use_rslora") else alpha / rank


def _check_shape(name: str, change: Tensor, module: nn.Module, lora: Lora) -> None:
    weight = module.get_parameter("weight")
    if change.shape != weight.flatten(1).shape:
        raise damaged(
            f"{lora.path} was made for another model: its change of {name} is {list(change.shape)}, the layer "
            f"{list(weight.flatten(1).shape)}"
        )


@torch.no_grad()
def _add(module: nn.Module, change: Tensor) -> None:
    """The sum is of float32 and rounded once: in half precision small changes would get lost."""
    weight = module.get_parameter("weight")
    weight.copy_(weight + change.view(weight.shape).to(weight.device))
