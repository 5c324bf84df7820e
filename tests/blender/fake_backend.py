"""The backend's real server with an engine that makes a cube at once, or does as the job's seed says.

The real engine needs torch and minutes; what operators, timer and live object do with its events needs neither.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from samples import CRASHES, DEAF, DEAF_STAGE, EMPTY, ENDLESS, STEPS, cube_mesh, png

from backend.server import main
from dreamfusion_blender.asset import Asset
from dreamfusion_blender.errors import Cancelled, CheckpointDamaged, EmptyField
from dreamfusion_blender.files import replacing
from dreamfusion_blender.protocol import Message
from dreamfusion_blender.store import JobFolder

STEP_SECONDS = 0.02
PERIOD = 1000  # steps in which the box grows
VIEW_SIDE = 64
DEAF_SECONDS = 1.0


class CubeEngine:
    """Its checkpoint is the number of steps done; an ENDLESS job's progress stays at the last step."""

    def run(
        self,
        job: JobFolder,
        emit: Callable[[Message], None],
        should_stop: Callable[[], bool],
        should_finish: Callable[[], bool],
    ) -> None:
        """Like the real one: previews and progress, then an asset, or Cancelled with a checkpoint."""
        step = steps_done(job) if job.checkpoint.exists() else 0
        if not step:
            write_preview(job, 0)
            emit({"type": "preview", "step": 0, "path": "preview.npz"})
        emit({"type": "stage", "stage": "optimize", "label": "Optimizing"})
        is_endless = job.spec.seed == ENDLESS
        while (step < STEPS or is_endless) and not should_finish():
            if should_stop():
                job.checkpoint.write_text(str(step))
                raise Cancelled("stopped")
            step += 1
            write_preview(job, step)
            emit({"type": "preview", "step": step, "path": "preview.npz"})
            emit({"type": "progress", "step": min(step, STEPS), "steps": STEPS, "loss": 0.5, "seconds_left": 1.0})
            time.sleep(STEP_SECONDS)
        if job.spec.seed == CRASHES:
            print("the log's last words", file=sys.stderr, flush=True)
            os._exit(7)
        if job.spec.seed == EMPTY:
            raise EmptyField("Nothing came of it")
        job.checkpoint.write_text(str(step))
        if job.spec.seed == DEAF:
            emit({"type": "stage", "stage": "extract", "label": DEAF_STAGE})
            time.sleep(DEAF_SECONDS)
        cube(job).save(job.path)
        job.glb.write_bytes(b"glTF")
        job.thumbnail.write_bytes(png(8, (200, 30, 40)))
        job.turntable.write_bytes(png(8, (200, 30, 40)))
        planned = 1_000_000 if is_endless else STEPS
        emit({"type": "finished", "report": {"steps": {"done": step, "planned": planned}}, "files": {}})

    def free(self) -> None:
        """It holds nothing."""


def steps_done(job: JobFolder) -> int:
    """What its checkpoint says. Raises CheckpointDamaged."""
    try:
        return int(job.checkpoint.read_text())
    except ValueError as error:
        raise CheckpointDamaged(f"The checkpoint {job.checkpoint} cannot be used: {error}") from error


def cube(job: JobFolder) -> Asset:
    """A cube of the job's size, standing on the ground."""
    vertices, triangles = cube_mesh()
    vertices = ((vertices + np.array([0, 0, 1])) * job.spec.size / 2).astype(np.float32)
    provenance = {"prompt": job.spec.prompt, "seed": job.spec.seed, "job": job.id, "versions": job.header["versions"]}
    return Asset(
        vertices,
        triangles,
        corner_uvs=np.tile(np.array([[0, 0], [1, 0], [1, 1]], dtype=np.float32), (len(triangles), 1, 1)),
        normals=(vertices / np.linalg.norm(vertices, axis=1, keepdims=True)).astype(np.float32),
        albedo_png=png(8, (200, 30, 40)),
        name=job.spec.prompt,
        provenance=provenance,
    )


def write_preview(job: JobFolder, step: int) -> None:
    """A preview.npz as the engine writes it: a bluish box that grows taller with every step, and begins anew."""
    vertices, triangles = cube_mesh()
    vertices = vertices * np.array([0.5, 0.5, 0.25 + step % PERIOD / PERIOD / 2], np.float32)
    colours = np.tile(np.array([[40, 60, 200]], np.uint8), (8, 1))
    view = np.full((VIEW_SIDE, VIEW_SIDE, 3), 128 if step else 0, np.uint8)
    with replacing(job.preview) as temporary:
        np.savez(temporary, vertices=vertices, triangles=triangles, colours=colours, step=step, view=view)


if __name__ == "__main__":
    if "backend.sheet" in sys.argv:  # python -m backend.sheet OUT.png JOB…
        Path(sys.argv[sys.argv.index("backend.sheet") + 1]).write_bytes(png(8, (30, 30, 30)))
    else:
        main(CubeEngine)
