"""A run at its beginning: with which preset, in which scene, from whose field."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch.nn import Module

from backend.constraints import Pressure
from backend.constraints.prepare import without_layouts
from backend.descent import begin_from
from backend.fields.shaping import Shaping
from backend.optimize import Optimization
from backend.presets import Preset, load_preset
from backend.priors import Prior
from backend.scene import make_scene
from dreamfusion_blender.errors import JobDamaged
from dreamfusion_blender.job import JobSpec


def preset_of(spec: JobSpec, views: int) -> Preset:
    """The spec's preset with its changes, or what stands in for it with a prior of so many views."""
    preset = load_preset(preset_for(spec, views))
    share = 1.0 if spec.origin is None else spec.origin.share_of_steps
    preset = preset.with_steps(spec.steps or max(1, round(preset.steps * share)))
    preset = preset.with_overrides(spec.overrides)
    is_restyled = spec.origin is not None and spec.origin.relation == "restyle"  # and holds its parent's shape
    return without_layouts(preset) if is_restyled else preset


def preset_for(spec: JobSpec, views: int) -> str:
    """The name of the preset to use: denoise-and-fit needs several views of one object, SDS can do with one."""
    if views > 1 or not load_preset(spec.preset).needs_rings:
        return spec.preset
    # What suits the toybox's small pictures is far too gentle for a large prior.
    return "sds" if spec.prior == "toybox" else "fast"


def start(
    spec: JobSpec,
    preset: Preset,
    prior: Prior,
    device: torch.device,
    state: Path | None = None,
    shaping: Shaping | None = None,
    pressures: Sequence[Pressure] = (),
) -> Optimization:
    """A run at its beginning: determined by the spec, its inputs and, where it begins with its parent's, the state.

    shaping, pressures: what the inputs and constraints come to; see `prepare`.
    """
    generator = torch.Generator().manual_seed(spec.seed)
    wishes = [each.to(device) if isinstance(each, Module) else each for each in pressures]
    if spec.origin is not None and spec.origin.starts_from_parent:
        if state is None or not state.is_file():
            raise JobDamaged(f"What the job was to begin with is missing: {state}. Make it of its parent again")
        return begin_from(state, spec, preset, prior, generator, device, shaping, wishes)
    scene = make_scene(preset, prior, (spec.prompt, spec.negative_prompt), generator, device, shaping)
    has_object = shaping is not None and shaping.is_object
    return Optimization(preset, scene, pressures=wishes, has_object=has_object)
