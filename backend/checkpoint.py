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
from dreamfusion_blender.errors import CheckpointDamaged, Remedy
from dreamfusion_blender.files import replacing

__all__ = ["load_checkpoint", "read_start", "save_checkpoint"]

FIELD: Final = "field"
"""The metadata's entry that says which field the tensors are of, and whether its shape is held, for a job that begins
with them."""

_MAKE_AGAIN: Final = Remedy("Make it of its parent again")  # begun again it would begin with the same file


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
    with explaining_damaged_start(path):
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
        field = json.loads(metadata[FIELD]) if FIELD in metadata else None
        return _tensors(path), field


def _tensors(path: Path) -> dict[str, Tensor]:
    """Read, not mapped: a run keeps some of them, and Windows replaces no file that is mapped."""
    return load_file(path, backend="pread")


def explaining_damaged_start(path: Path) -> contextlib.AbstractContextManager[None]:
    """The same as `explaining_damage` for another job's checkpoint, which a job begins with."""
    return explaining_damage(path, _MAKE_AGAIN)


@contextlib.contextmanager
def explaining_damage(path: Path, remedy: Remedy | None = None) -> Iterator[None]:
    """Turn what reading a checkpoint may end with into CheckpointDamaged; too little memory is no damage.

    remedy: what helps instead of beginning the job again.
    """
    try:
        yield
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        if out_of_memory(error):
            raise
        raise CheckpointDamaged(f"The checkpoint {path} cannot be used: {error}", remedy) from error
