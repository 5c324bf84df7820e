"""What a job would need, without loading its model: `python -m backend.preflight`, the spec as JSON on standard input.

Prints one event, a note, a warning or an error, as a JSON line; that is what `generate --dry-run` shows.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import torch

from backend.devices import choose_device
from backend.failures import as_error
from backend.memory.estimate import Plan, Work
from backend.memory.limits import ReadInParts
from backend.memory.preflight import forecast, planned
from backend.optimize import make_objective
from backend.scene import make_field
from backend.starting import preset_of
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.models import resolve
from dreamfusion_blender.models.options import AUTO, PrecisionName
from dreamfusion_blender.protocol import encode

LIBRARIES: Final = 0.3e9  # bytes that the backend's libraries take beside what this process has loaded of them
PARTS: Final = ("unet", "transformer", "vae")  # of a model's folder, that stay on the device


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
    entry = 0.0 if spec.origin is None else spec.origin.entry
    has_object = spec.origin is not None and spec.origin.starts_from_parent
    calls = sum(make_objective(stage, preset, views, entry, has_object).planned_calls for stage in preset.stages)
    field = make_field(preset, torch.Generator().manual_seed(spec.seed), device)
    points = min(field.points_at_once, preset.memory.points_at_once) if isinstance(field, ReadInParts) else None
    plan = Plan(preset.memory.accumulate, points)
    weights = weight_bytes(source.path, device, spec.precision) + (LIBRARIES if device.type == "cpu" else 0.0)
    prior = f"{spec.prior} {spec.prior_options}"
    work = Work.of(preset, source.family.name, views, device, spec.prior_options)
    found = forecast(work, prior, calls, plan, weights)
    _, words = planned(found, work, plan)
    event = found.to_event()
    return event if words is None else {**event, "type": "warning", "message": words}


def weight_bytes(model: Path, device: torch.device, precision: PrecisionName = AUTO) -> float:
    """Of what stays on the device: the files' sizes, and for float32, as on a CPU, twice those of half."""
    files = [model] if model.is_file() else [each for part in PARTS for each in (model / part).glob("*.safetensors")]
    half = [each for each in files if each.stem.endswith(("fp16", "bf16"))]
    # A folder may hold a part in both precisions; one of them is loaded.
    size = sum(each.stat().st_size for each in half or files)
    is_single = precision == "float32" or (precision == AUTO and device.type == "cpu")
    return size * (2 if half and is_single else 1)


if __name__ == "__main__":
    sys.exit(main())
