"""Checkpoints of a training: tensors and what belongs to them in one safetensors file, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from dreamfusion_blender.errors import CheckpointDamaged
from dreamfusion_blender.files import replacing

__all__ = ["load_checkpoint", "optimiser_tensors", "read_about", "restore_optimiser", "save_checkpoint"]


def save_checkpoint(path: Path, tensors: dict[str, Tensor], about: dict[str, Any]) -> None:
    """about: plain values; they travel in the file's header. Raises DiskFull or OutputUnwritable."""
    with replacing(path) as temporary:
        plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
        save_file(plain, temporary, {"about": json.dumps(about)})


def load_checkpoint(path: Path, device: torch.device) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What save_checkpoint wrote. Raises CheckpointDamaged."""
    try:
        with safe_open(path, framework="pt", device=str(device)) as file:
            about = json.loads((file.metadata() or {})["about"])
            return {name: file.get_tensor(name) for name in file.keys()}, about  # noqa: SIM118  # no dict
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise CheckpointDamaged(f"The checkpoint {path} cannot be used: {error}") from error


def read_about(path: Path) -> dict[str, Any]:
    """What was said about a checkpoint, without its tensors. Raises CheckpointDamaged."""
    try:
        with safe_open(path, framework="pt") as file:
            return json.loads((file.metadata() or {})["about"])
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise CheckpointDamaged(f"The checkpoint {path} cannot be used: {error}") from error


def optimiser_tensors(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Adam's memory by name."""
    state = optimiser.state_dict()["state"]
    return {f"adam.{index}.{name}": value for index, of_one in state.items() for name, value in of_one.items()}


def restore_optimiser(optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Take back what optimiser_tensors gave."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        kind, _, rest = key.partition(".")
        if kind == "adam":
            index, _, name = rest.partition(".")
            state.setdefault(int(index), {})[name] = value
    optimiser.load_state_dict({**optimiser.state_dict(), "state": state})
