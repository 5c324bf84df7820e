"""A backend without torch for the tests: the real server with a small engine, or something that only pretends.

Stands in for the environment's python (see conftest.py), so it is called as `python -u -m backend`. What it does is
chosen by the variable FAKE_BACKEND.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import backend.server
from backend.server import main
from dreamfusion_blender.errors import Cancelled, EmptyField, OutOfMemory
from dreamfusion_blender.files import atomic_write
from dreamfusion_blender.protocol import PROTOCOL, encode
from dreamfusion_blender.store import JobFolder
from dreamfusion_blender.version import VERSION

STEPS = 5


def write_asset(job: JobFolder) -> None:
    """A tetrahedron, and files that only have the right names."""
    import numpy as np  # here, so that the greeting is out at once

    from dreamfusion_blender.asset import Asset

    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    triangles = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
    asset = Asset(
        vertices=vertices,
        triangles=triangles,
        corner_uvs=np.zeros((4, 3, 2), np.float32),
        normals=np.tile(np.array([[0, 0, 1]], np.float32), (4, 1)),
        albedo_png=b"png",
        name=job.spec.prompt,
        provenance={"prompt": job.spec.prompt, "seed": job.spec.seed, "job": job.id},
    )
    asset.save(job.path)
    job.glb.write_bytes(b"glTF of " + job.spec.prompt.encode())
    job.turntable.write_bytes(b"turntable")


class FakeEngine:
    """Takes FAKE_STEP_SECONDS a step; special prompts make it fail in special ways."""

    def __init__(self) -> None:
        self.jobs = 0

    def run(self, job, emit, should_stop, should_finish) -> None:
        self.jobs += 1
        print("a library prints this")
        os.write(1, b"and one in C this\n")
        mode = os.environ.get("FAKE_BACKEND", "") if "fine" not in job.spec.prompt else ""
        emit({"type": "stage", "stage": "optimize", "label": "Optimizing"})
        step = start = int(job.checkpoint.read_text()) if job.checkpoint.exists() else 0
        for step in range(start, STEPS):
            if should_finish():
                job.checkpoint.write_text(str(step))
                break
            if should_stop():
                job.checkpoint.write_text(str(step))
                raise Cancelled("stopped")
            emit({"type": "progress", "stage": "optimize", "step": step + 1, "steps": STEPS, "loss": float("nan")})
            time.sleep(float(os.environ.get("FAKE_STEP_SECONDS", "0")))
            if step == 2:
                misbehave(mode, job)
        else:
            step = STEPS
        write_asset(job)
        report = {"jobs": self.jobs, "steps": {"done": step, "planned": STEPS}}
        emit({"type": "finished", "report": report, "files": {}})

    def free(self) -> None:
        self.jobs = 0


def misbehave(mode: str, job: JobFolder) -> None:
    """In the middle of a job."""
    if mode == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "crash":
        sys.stderr.write("the library's last words\n")
        sys.stderr.flush()
        os._exit(7)
    if mode == "stopped":
        os.kill(os.getpid(), signal.SIGSTOP)
    if mode == "stuck":
        time.sleep(600)
    if mode == "memory":
        raise MemoryError("cannot allocate 7 TB")
    if mode == "torch memory":
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory")
    if mode == "gpu lost":
        raise type("AcceleratorError", (RuntimeError,), {})("CUDA error: an illegal memory access was encountered")
    if mode == "defect":
        raise ZeroDivisionError("division by zero")
    if mode == "disk full":
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        atomic_write(job.glb, b"x" * 100_000)
    if mode == "empty":
        raise EmptyField("Nothing is left of the object: the field is empty")


def pretend(mode: str) -> None:
    """Not even the server."""
    out = sys.stdout.buffer
    if mode == "nonsense":
        out.write(b"Hello, I am a shell banner\n")
    elif mode == "endless":
        while True:
            out.write(b"y" * 65536)
    elif mode == "old":
        out.write(encode({"type": "hello", "protocol": PROTOCOL, "version": "0.0.1"}))
    elif mode == "nonsense later":
        out.write(encode({"type": "hello", "protocol": PROTOCOL, "version": VERSION}))
        out.write(b'{"type": "progr\n')
    elif mode == "dies at start":
        sys.exit("no module named torch, for example")
    elif mode == "silent":
        pass
    out.flush()
    time.sleep(600)


def extract(arguments: list[str]) -> None:
    """`python -m backend.extract JOB`."""
    job = JobFolder.open(arguments[0])
    write_asset(job)
    job.glb.write_bytes(f"glTF with {arguments[1:]}".encode())
    print(json.dumps({"type": "stage", "stage": "extract", "label": "Cutting"}), flush=True)
    print(json.dumps({"type": "finished", "report": {"triangles": 4}}), flush=True)


def foresee() -> None:
    """`python -m backend.preflight`: what FAKE_PREFLIGHT says, or a note that names the prompt."""
    prompt = json.load(sys.stdin)["prompt"]
    if os.environ.get("FAKE_PREFLIGHT") == "crash":
        sys.exit("no module named torch")
    if os.environ.get("FAKE_PREFLIGHT") == "too large":
        print(json.dumps({"type": "error", **OutOfMemory("needs 9 GB of 4 GB").to_event()}), flush=True)
        return
    print(json.dumps({"type": "note", "code": "preflight", "message": f"{prompt}: about 1.2 GB"}), flush=True)


def download(repository: str) -> int:
    """`python -m backend.download OWNER/NAME`: a tiny model at once, or what FAKE_DOWNLOAD says."""
    from model_files import TAESD_FILES, diffusers_files, write

    from dreamfusion_blender.errors import ModelGated
    from dreamfusion_blender.models.fast_encoders import fast_encoder_named
    from dreamfusion_blender.models.library import ModelFolder

    print(json.dumps({"type": "progress", "message": "half of it", "fraction": 0.5}), flush=True)
    if os.environ.get("FAKE_DOWNLOAD") == "gated":
        print(json.dumps({"type": "error", **ModelGated("accept the licence").to_event()}), flush=True)
        return ModelGated.exit_code
    if os.environ.get("FAKE_DOWNLOAD") == "crash":
        sys.exit("no module named huggingface_hub")
    is_encoder = fast_encoder_named(repository) is not None
    files = TAESD_FILES if is_encoder else diffusers_files("stable_diffusion", "StableDiffusionPipeline")
    folder = ModelFolder.of(repository)
    write(folder.path, files)
    folder.write_marker("complete", "0" * 40, {name: len(content) for name, content in files.items()})
    print(json.dumps({"type": "finished"}), flush=True)
    return 0


if __name__ == "__main__":
    module, arguments = sys.argv[3], sys.argv[4:]
    if module == "backend.read_mesh":  # needs nothing that is slow
        os.execv(sys.executable, [sys.executable, "-m", module, *arguments])
    if module == "backend.extract":
        extract(arguments)
    elif module == "backend.sheet":
        Path(arguments[0]).write_text(f"picture of {len(arguments) - 1}")
    elif module == "backend.preflight":
        foresee()
    elif module == "backend.download":
        sys.exit(download(arguments[0]))
    elif os.environ.get("FAKE_BACKEND") in ("nonsense", "endless", "old", "nonsense later", "dies at start", "silent"):
        pretend(os.environ["FAKE_BACKEND"])
    else:
        if counter := os.environ.get("FAKE_STARTS"):  # how often it was started
            with open(Path(counter), "a") as file:
                file.write("started\n")
        if seconds := os.environ.get("FAKE_LEAVING_SECONDS"):
            backend.server.LEAVING_SECONDS = float(seconds)
        main(FakeEngine)
