"""Checkpoints on disk: all tensors of a run in one safetensors file, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from backend.optimize import Optimization
from dreamfusion_blender.errors import CheckpointDamaged
from dreamfusion_blender.files import replacing

__all__ = ["load_checkpoint", "save_checkpoint"]


def save_checkpoint(run: Optimization, path: Path) -> None:
    """Write the run's state. Raises DiskFull or OutputUnwritable."""
    state: dict[str, Tensor] = {name: value.cpu() for name, value in run.state().items()}
    with replacing(path) as temporary:
        save_file(state, temporary)


def load_checkpoint(run: Optimization, path: Path) -> None:
    """Take up a run where its checkpoint left it. Raises CheckpointDamaged."""
    try:
        run.load(load_file(path, device=str(run.scene.device)))
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise CheckpointDamaged(f"The checkpoint {path} cannot be used: {error}") from error
