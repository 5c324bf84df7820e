"""`python -m backend.extract JOBFOLDER`: a job's asset of its field. It starts at once, since it needs no torch."""

from __future__ import annotations

import argparse
import sys

from backend import small_process
from backend.events import Emit
from backend.extraction import extract_job
from dreamfusion_blender.cut import CutSettings
from dreamfusion_blender.protocol import Message
from dreamfusion_blender.quality import contract_warnings
from dreamfusion_blender.store import JobFolder


def main(arguments: list[str] | None = None) -> int:
    """Extract a job's asset; events on standard output, one JSON object a line, the last one is the ending."""
    parser = argparse.ArgumentParser(prog="python -m backend.extract", description=main.__doc__)
    parser.add_argument("job", help="the job's folder")
    for name, kind in (("size", float), ("threshold", float), ("symmetry", str)):
        parser.add_argument(f"--{name}", type=kind)
    for name in ("triangles", "texture-size", "resolution", "smoothing"):
        parser.add_argument(f"--{name}", type=int)
    options = vars(parser.parse_args(arguments))
    path = options.pop("job")

    def extract(emit: Emit) -> Message:
        job = JobFolder.open(path)
        cut = CutSettings.from_mapping({name: value for name, value in options.items() if value is not None})
        report = extract_job(job, lambda label: emit({"type": "stage", "stage": "extract", "label": label}), cut)
        for warning in contract_warnings(report):
            emit(warning)
        files = {name: getattr(job, name).name for name in ("asset", "albedo", "glb", "turntable", "quality")}
        return {"job": str(job.path), "report": report, "files": files}

    return small_process.run(extract, {"job": path})


if __name__ == "__main__":
    sys.exit(main())
