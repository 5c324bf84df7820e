"""What a job would need, without loading its model: `python -m backend.preflight`, the spec as JSON on standard input.

Prints one event, a note, a warning or an error, as a JSON line; that is what `generate --dry-run` shows.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any, Final

import torch

from backend.constraints.prepare import box_of, within_box, without_layouts
from backend.devices import choose_device
from backend.failures import as_error
from backend.memory.estimate import Plan, Work
from backend.memory.limits import ReadInParts
from backend.memory.preflight import forecast, planned
from backend.memory.table import asked_of
from backend.optimize import Takes, make_objective, planned_calls
from backend.priors.layouts import LAYOUTS, has_layouts
from backend.priors.loading.files import weights_variant
from backend.priors.precision import chosen_precision
from backend.scene import make_field
from backend.starting import preset_of
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.models import resolve
from dreamfusion_blender.models.options import AUTO, PrecisionName
from dreamfusion_blender.models.safetensors_header import read_shapes
from dreamfusion_blender.protocol import encode

WEIGHTS: Final = "diffusion_pytorch_model"  # diffusers' name for the files of a part
LIBRARIES: Final = 0.3e9  # bytes that the backend's libraries take beside what this process has loaded of them


def main() -> int:
    """Returns the exit code."""
    try:
        event = look_ahead(JobSpec.from_json(json.load(sys.stdin)))
        code = 0
    except Exception as raised:  # noqa: BLE001 - the process's outermost frame: every failure becomes an event
        error = as_error(raised)
        event, code = {"type": "error", **error.to_event()}, error.exit_code
    sys.stdout.buffer.write(encode(event))
    return code


def look_ahead(spec: JobSpec) -> dict[str, Any]:
    """The event that says what the job would need. Raises what would keep it from starting."""
    source, device = resolve(spec.prior), choose_device(spec.device)
    views = source.family.views_for(spec.views)
    preset = preset_of(spec, views)
    if spec.inputs:  # whose file is not here to be read: meshes, most likely, and then as `prepare` has it
        preset = without_layouts(preset)
    elif (half := box_of(preset)) is not None:
        preset = within_box(preset, half)
    entry = 0.0 if spec.origin is None else spec.origin.entry
    has_object = spec.origin is not None and spec.origin.starts_from_parent
    layouts = views > 1 and has_layouts(source.path)
    objectives = [make_objective(stage, preset, views, entry, has_object, layouts) for stage in preset.stages]
    takes = Takes(preset.takes, preset.steps, has_object)
    field = make_field(preset, torch.Generator().manual_seed(spec.seed), device)
    points = min(field.points_at_once, preset.memory.points_at_once) if isinstance(field, ReadInParts) else None
    plan = Plan(preset.memory.accumulate, points)
    if source.family.name == "toybox":
        weights = toybox_bytes(source.path, layouts)
    else:
        weights = weight_bytes(source.path, device, spec.precision)
    weights += LIBRARIES if device.type == "cpu" else 0
    work = Work.of(preset, source, views, device, spec.prior_options)
    calls, steps = planned_calls(preset, objectives, takes, views), preset.steps + takes.extra_steps
    found = forecast(work, asked_of(spec), calls, steps, plan, weights)
    _, words = planned(found, work, plan)
    event = found.to_event()
    return event if words is None else {**event, "type": "warning", "message": words}


def weight_bytes(model: Path, device: torch.device, precision: PrecisionName = AUTO) -> int:
    """Bytes of what stays on the device: its files' numbers, in the formats that are computed in, not those on disk.

    Raises WeightsMissing or ModelUnusable.
    """
    chosen = chosen_precision(precision, device)
    if model.is_file():
        return _numbers_in(model) * chosen.denoiser.itemsize
    staying = {"unet": chosen.denoiser, "transformer": chosen.denoiser, "vae": chosen.vae}
    files = [(file, dtype) for part, dtype in staying.items() for file in _weights_of(model / part)]
    return sum(_numbers_in(file) * dtype.itemsize for file, dtype in files)


def toybox_bytes(prior: Path, layouts: bool) -> int:
    """Bytes of the embedded prior's networks, which stay in float32 whatever they multiply in."""
    files = [*_weights_of(prior / "unet"), *((prior / LAYOUTS).rglob("*.safetensors") if layouts else ())]
    return sum(_numbers_in(file) for file in files) * torch.float32.itemsize


def _weights_of(part: Path) -> list[Path]:
    """The files that a part of a folder is loaded from; the others have the same weights in another format."""
    if not part.is_dir():
        return []
    variant = weights_variant(part, WEIGHTS)
    stem = WEIGHTS if variant is None else f"{WEIGHTS}.{variant}"
    return [*part.glob(f"{stem}.safetensors"), *part.glob(f"{stem}-*-of-*.safetensors")]


def _numbers_in(file: Path) -> int:
    return sum(math.prod(shape) for shape in read_shapes(file).values())


if __name__ == "__main__":
    sys.exit(main())
