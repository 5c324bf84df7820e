"""Checkpoints on disk: all tensors of a run in one safetensors file, written whole or not at all."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from backend.failures import out_of_memory
from backend.fields.painted import PaintedField
from backend.optimize import Optimization
from dreamfusion_blender.errors import CheckpointDamaged
from dreamfusion_blender.files import replacing

__all__ = ["load_checkpoint", "read_start", "save_checkpoint"]

FIELD: Final = "field"
"""The metadata's entry that says which field the tensors are of, and whether its shape is held, for a job that begins
with them."""


def save_checkpoint(run: Optimization, path: Path) -> None:
    """Write the run's state. Raises DiskFull or OutputUnwritable."""
    state: dict[str, Tensor] = {name: value.cpu() for name, value in run.state().items()}
    held = isinstance(run.scene.field, PaintedField) and run.scene.field.held
    field = {**run.preset.field_settings(), "held": held}
    with replacing(path) as temporary:
        save_file(state, temporary, metadata={FIELD: json.dumps(field)})


def load_checkpoint(run: Optimization, path: Path) -> None:
    """Take up a run where its checkpoint left it. Raises CheckpointDamaged."""
    with explaining_damage(path):
        run.load(_tensors(path))  # on the CPU: each part moves what it takes, and not every GPU has every format


def read_start(path: Path) -> tuple[dict[str, Tensor], dict[str, Any] | None]:
    """Another job's checkpoint: its tensors, on the CPU, and its field's settings where it has them.

    Raises CheckpointDamaged.
    """
    with explaining_damage(path):
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
        field = json.loads(metadata[FIELD]) if FIELD in metadata else None
        return _tensors(path), field


def _tensors(path: Path) -> dict[str, Tensor]:
    """Read, not mapped: a run keeps some of them, and Windows replaces no file that is mapped."""
    return load_file(path, backend="pread")


@contextlib.contextmanager
def explaining_damage(path: Path) -> Iterator[None]:
    """Turn what reading a checkpoint may end with into CheckpointDamaged; too little memory is no damage."""
    try:
        yield
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        if out_of_memory(error):
            raise
        raise CheckpointDamaged(f"The checkpoint {path} cannot be used: {error}") from error
