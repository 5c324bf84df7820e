"""`python -m backend.extract JOB …` of the fake backend: a box whose height and colour say what it was cut with.

The real one needs packages that Blender's Python does not have; what the operator does with its result needs none.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
from fake_backend import cube
from samples import png

from dreamfusion_blender.cut import CutSettings
from dreamfusion_blender.errors import EmptyField
from dreamfusion_blender.store import JobFolder

FOUND = -0.0125
GREEN, BLUE = (30, 200, 40), (40, 60, 200)


def main(arguments: list[str]) -> None:
    """Cut, write, and say so as the real one does."""
    options = dict(each.removeprefix("--").replace("-", "_").split("=") for each in arguments[1:])
    kinds = {"size": float, "threshold": float, "symmetry": str}
    job = JobFolder.open(arguments[0])
    cut = CutSettings.from_mapping({name: kinds.get(name, int)(value) for name, value in options.items()})
    cut = cut.resolved(job.spec)
    assert cut.size is not None and cut.texture_size is not None
    say(type="stage", stage="extract", label="Cutting the mesh")
    if cut.threshold > 1:
        say(type="error", job=str(job.path), **EmptyField("There is nothing to make a mesh of").to_event())
        sys.exit(EmptyField.exit_code)
    asset = cube(job)
    tall = asset.vertices * np.array([1, 1, 1 - cut.threshold], np.float32) * np.float32(cut.size / job.spec.size)
    provenance = {**asset.provenance, "cut": cut.to_json(), "found_level": FOUND}
    texture = png(cut.texture_size // 64, GREEN if cut.symmetry == "none" else BLUE)
    replace(asset, vertices=tall.astype(np.float32), albedo_png=texture, provenance=provenance).save(job.path)
    job.glb.write_bytes(b"glTF")
    report = report_of(cut)
    job.quality.write_text(json.dumps({"version": 1, **report}))
    say(type="finished", job=str(job.path), report=report, files={})


def report_of(cut: CutSettings) -> dict[str, object]:
    """What the real one measures, of a box with many crumbs that is the same in front and behind."""
    contract = {
        "triangles": 12,
        "parts": 1,
        "uv_coverage": 0.5,
        "watertight": True,
        "violations": [],
        "edges": {"paired": 18, "boundary": 0, "crowded": 0, "flipped": 0},
    }
    return {
        "contract": contract,
        "cut": cut.to_json(),
        "level": FOUND + cut.threshold,
        "found_level": FOUND,
        "points_a_side": 128,
        "points_asked": 128,
        "islands_removed": 9,
        "two_faced": {"score": 0.8, "sides": 0.1, "detail": 0.1},
    }


def say(**event: object) -> None:
    """One event on standard output."""
    print(json.dumps(event), flush=True)


if __name__ == "__main__":
    main(sys.argv[4:])  # after -u -m backend.extract
