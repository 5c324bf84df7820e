"""A backend that speaks the protocol and makes a cube at once, or misbehaves as the job's seed says.

The real engine needs torch and minutes; what the operators and the timer do with events needs neither.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import numpy as np
from samples import CRASHES, EMPTY, ENDLESS, cube_mesh, png

from dreamfusion_blender import protocol
from dreamfusion_blender.asset import Asset
from dreamfusion_blender.errors import EmptyField
from dreamfusion_blender.store import JobFolder
from dreamfusion_blender.version import VERSION

STEPS = 5

stop = threading.Event()


def say(**event: object) -> None:
    """Send one event."""
    sys.stdout.buffer.write(protocol.encode(dict(event)))
    sys.stdout.buffer.flush()


def run(job: JobFolder) -> None:
    """Do as the job's seed says, under the job's lock and with its state kept, as the real one does."""
    stop.clear()
    with job.lock():
        job.write_state("running")
        say(type="started", job=str(job.path), resumed=job.checkpoint.exists())
        say(type="stage", stage="optimize", label="Optimizing")
        step = 0
        while step < STEPS or (job.spec.seed == ENDLESS and not stop.is_set()):
            step += 1
            write_preview(job.preview, step)
            say(type="preview", step=step, path="preview.npz")
            say(type="progress", stage="optimize", step=min(step, STEPS), steps=STEPS, loss=0.5, seconds_left=1.0)
            time.sleep(0.02)
        if job.spec.seed == CRASHES:
            print("the log's last words", file=sys.stderr)
            job.log.write_text("the log's last words\n")
            raise SystemExit(7)
        if stop.is_set():
            job.checkpoint.write_bytes(b"reached so far")
            job.write_state("cancelled")
            say(type="cancelled", job=str(job.path))
        elif job.spec.seed == EMPTY:
            job.write_state("failed")
            say(type="error", job=str(job.path), **EmptyField("Nothing came of it").to_event())
        else:
            cube(job).save(job.path)
            job.glb.write_bytes(b"glTF")
            job.write_state("finished")
            say(type="finished", job=str(job.path), report={}, files={})


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


def write_preview(path: Path, step: int) -> None:
    """A preview.npz as the engine writes it, whole or not at all."""
    vertices, triangles = cube_mesh()
    temporary = path.with_suffix(".new.npz")
    np.savez(temporary, vertices=vertices, triangles=triangles, colours=np.full((8, 3), 200, np.uint8), step=step)
    temporary.replace(path)


def main() -> None:
    """Serve until the input ends."""
    say(type="hello", protocol=protocol.PROTOCOL, version=VERSION, python="3", pid=0)
    worker = threading.Thread()
    for line in sys.stdin.buffer:
        request = protocol.decode(line)
        if request["type"] == "run":
            worker = threading.Thread(target=run_or_leave, args=(JobFolder.open(request["job"]),))
            worker.start()
        elif request["type"] == "cancel":
            stop.set()
    stop.set()
    if worker.ident is not None:
        worker.join()


def run_or_leave(job: JobFolder) -> None:
    """A crash in the worker's thread must end the whole process."""
    try:
        run(job)
    except SystemExit as crash:
        import os

        os._exit(int(str(crash.code)))


if __name__ == "__main__":
    main()
