"""How a job begins that was made of another one: with that one's field, and late in its schedules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from backend.checkpoint import explaining_damaged_start, read_start
from backend.constraints.base import Pressure
from backend.constraints.prepare import without_layouts
from backend.fields.base import Field
from backend.fields.network import NetworkField
from backend.fields.painted import PaintedField
from backend.fields.shaping import Shaping
from backend.optimize import Optimization
from backend.presets import Preset
from backend.priors import Prior
from backend.scene import make_field, make_scene
from backend.states import part_of
from dreamfusion_blender.job import JobSpec

__all__ = ["begin_from"]

SHAPE, PAINT = "shape.", "paint."  # the parts of a painted field's state


def begin_from(
    path: Path,
    spec: JobSpec,
    preset: Preset,
    prior: Prior,
    generator: torch.Generator,
    device: torch.device,
    shaping: Shaping | None = None,
    pressures: Sequence[Pressure] = (),
) -> Optimization:
    """A run at its beginning, whose field is that of the parent's checkpoint at `path`. Raises CheckpointDamaged."""
    assert spec.origin is not None
    state, field = read_start(path)
    with explaining_damaged_start(path):
        if field is not None:  # whatever preset and prior go on with it
            preset = preset.with_field(field, spec.overrides)
        scene = make_scene(preset, prior, (spec.prompt, spec.negative_prompt), generator, device, shaping)
        relation = spec.origin.relation
        # More steps of a restyling are steps of its paint alone, as the optimiser's memory is.
        held = relation == "restyle" or (relation == "continue" and field is not None and field.get("held", False))
        if held:
            preset = without_layouts(preset)  # of a restyling's continuation its checkpoint alone tells
        scene.field = field_from(part_of(state, "field."), scene.field, preset, generator, device, held, shaping)
        run = Optimization(preset, scene, spec.origin.entry, pressures, has_object=True)
        if relation == "continue":
            run.take_over(state)
    return run


def field_from(
    state: dict[str, Tensor],
    made: Field,
    preset: Preset,
    generator: torch.Generator,
    device: torch.device,
    held: bool,
    shaping: Shaping | None = None,
) -> Field:
    """The field whose state is given: painted when the shape is to be held, or when the parent's was painted."""
    is_painted = any(name.startswith(SHAPE) for name in state)
    if not held and not is_painted:
        made.load_state_dict(state)
        return made
    shape, paint = (_network(make_field(preset, generator, device, shaping)) for _ in range(2))
    shape.load_state_dict(part_of(state, SHAPE) if is_painted else state)
    paint.load_state_dict(part_of(state, PAINT) if is_painted else state)
    return PaintedField(shape, paint, held).to(device)


def _network(field: Field) -> NetworkField:
    assert isinstance(field, NetworkField), "every field that a preset can name is a network's"
    return field
