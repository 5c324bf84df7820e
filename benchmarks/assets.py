"""Where the quality benchmark's assets come from: made by the product itself, or found in a folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scoring import Prompt
from dreamfusion_blender import DreamFusionError, JobFolder, generate

ROOT = Path(__file__).resolve().parents[1]
MADE_BY = ("backend", "dreamfusion_blender")  # the folders that decide what an asset looks like


@dataclass(frozen=True)
class Made:
    """One asset on disk and how it came to be; `error` says why there is none."""

    glb: Path | None
    seconds: float | None = None
    job: str | None = None
    previews: tuple[tuple[float, Path], ...] = ()  # seconds since the start, and the mesh as it was then
    error: str | None = None


def code_version(folders: tuple[str, ...] = MADE_BY) -> str:
    """The last commit that changed these folders, and a hash of what the working tree changes of them."""
    commit = _git("log", "-1", "--format=%h", "--", *folders)
    changes = _git("diff", "HEAD", "--", *folders) + _git("ls-files", "--others", "--exclude-standard", "--", *folders)
    return commit + ("+" + hashlib.sha256(changes.encode()).hexdigest()[:7] if changes else "")


def make(prompt: Prompt, folder: Path, settings: dict[str, Any]) -> Made:
    """Generate one asset through the public API, keeping its GLB and each of its previews in `folder`."""
    previews: list[tuple[float, Path]] = []
    job: list[Path] = []
    started = time.perf_counter()

    def follow(event: dict[str, Any]) -> None:
        if event["type"] == "started":
            job.append(Path(event["job"]))
        elif event["type"] == "preview":
            # Copied at once: the next preview takes the file's place.
            kept = folder / f"{prompt.name}-preview-{len(previews) + 1}.npz"
            shutil.copyfile(job[-1] / event["path"], kept)
            previews.append((round(time.perf_counter() - started, 1), kept))

    try:
        asset = generate(prompt.text, on_event=follow, **settings)
    except DreamFusionError as error:
        # An object that was not made scores nothing; it is not left out of the mean.
        return Made(None, previews=tuple(previews), error=f"{error.code}: {error.message}")
    seconds = round(time.perf_counter() - started, 1)
    glb = asset.save_glb(folder / f"{prompt.name}.glb")
    return Made(glb, seconds, asset.job_folder.name if asset.job_folder else None, tuple(previews))


def find(prompt: Prompt, folder: Path) -> Made:
    """The asset of a prompt in a folder of job folders, or of GLBs named after their objects."""
    named = folder / f"{prompt.name}.glb"
    if named.is_file():
        return Made(named)
    for header in sorted(folder.glob("*/job.json")):
        if json.loads(header.read_text(encoding="utf-8"))["spec"]["prompt"] == prompt.text:
            job = JobFolder.open(header.parent)
            if job.glb.is_file():
                return Made(job.glb, job=job.name, previews=((0.0, job.preview),) if job.preview.is_file() else ())
    return Made(None, error=f"no asset for {prompt.text!r} in {folder}")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
