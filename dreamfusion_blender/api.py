"""The Python API: one asset from a prompt, or many from a table of rows. The same with and without Blender."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import jobs
from .batch import Failure, run_rows, spec_and_inputs, spec_of
from .environment import Environment
from .jobs import OnEvent
from .store import JobFolder
from .tables import Row

if TYPE_CHECKING:
    from .asset import Asset

__all__ = ["Failure", "finish", "generate", "generate_batch", "refine", "resume"]


def generate(prompt: str, *, on_event: OnEvent | None = None, **settings: Any) -> Asset:
    """Make one asset from a prompt and wait for it.

    settings: the job spec's fields (seed, preset, steps, size in metres, triangles, texture_size, prior, device, …).
    on_event gets the backend's events as dicts, for a progress display. Where it returns "finish", the optimisation
    ends and what it has reached is the asset; "pause" frees the GPU and "cancel" does not, and both raise Cancelled,
    after which `resume` and `finish` take the job up. The prior stays loaded for the next call.
    Raises a DreamFusionError whose message says what is wrong and whose remedy says what helps.
    """
    from .asset import Asset  # brings numpy, which the command line does without

    spec = spec_of({"prompt": prompt, **settings})
    return Asset.load(jobs.run_to_end(spec, on_event or _ignore))


def refine(
    mesh: str | Path,
    prompt: str,
    *,
    may: str | Path | None = None,
    must: str | Path | None = None,
    size: float | None = None,
    on_event: OnEvent | None = None,
    **settings: Any,
) -> Asset:
    """Make an asset of a mesh file (.glb, .gltf, .obj, .ply, .stl) and a prompt, and wait for it.

    settings: as for `generate`; `strength` (low keeps the looks, 1 forgets them) and `distance` (that the surface may
    move at most, as a share of the largest side) among them. size: metres, without it the file's own. may, must: mesh
    files in the same coordinates, outside of which matter is taken away, and inside of which it is kept.
    """
    from .asset import Asset

    row = {"prompt": prompt, "mesh": mesh, "may": may, "must": must, **settings}
    if size is not None:
        row["size"] = size
    spec, inputs = spec_and_inputs(row, Environment())
    job = jobs.create(spec, jobs.shared_backend(Environment()), inputs=inputs)
    return Asset.load(jobs.run_to_end(job, on_event or _ignore))


def resume(job: JobFolder | str, *, on_event: OnEvent | None = None) -> Asset:
    """Go on with a job that was paused, stopped or broken off: its folder, or its name. See `generate`."""
    return _take_up(job, on_event, finish=False)


def finish(job: JobFolder | str, *, on_event: OnEvent | None = None) -> Asset:
    """Make the asset of what a job has reached, without another step. See `generate`."""
    return _take_up(job, on_event, finish=True)


def _take_up(job: JobFolder | str, on_event: OnEvent | None, finish: bool) -> Asset:
    from .asset import Asset

    folder = job if isinstance(job, JobFolder) else JobFolder.open(job)
    if folder.glb.is_file() and (folder.is_whole or (finish and folder.status == "finished")):
        return Asset.load(folder)
    return Asset.load(jobs.run_to_end(folder, on_event or _ignore, finish=finish))


def generate_batch(
    rows: Iterable[str | Mapping[str, Any]], *, on_event: OnEvent | None = None
) -> list[Asset | Failure]:
    """Make an asset from each row: a prompt, or a mapping of `prompt` and settings as for `generate`.

    Returns assets and failures in the rows' order: a failed row does not stop the rest, and a row that was finished
    in an earlier run is not made again.
    """
    from .asset import Asset

    checked: list[Row] = list(rows)
    results = run_rows(checked, on_event or _ignore)
    return [result if isinstance(result, Failure) else Asset.load(result) for result in results]


def _ignore(event: dict[str, Any]) -> None:
    pass
