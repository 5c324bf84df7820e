"""One job from its folder to its asset: load, optimise, write the field, extract."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import torch

from backend.checkpoint import load_checkpoint
from backend.constraints import Prepared, prepare
from backend.devices import choose_device, empty_cache
from backend.events import Emit
from backend.extraction import extract_job
from backend.memory.estimate import Work
from backend.memory.table import asked_of
from backend.memory.watch import MemoryWatch
from backend.optimize import Optimization
from backend.previews import Previews
from backend.priors import Prior, load_prior
from backend.scene import make_field
from backend.session import Session
from backend.starting import preset_for, preset_of, start
from backend.view_scores import score_if_named
from dreamfusion_blender.errors import Cancelled
from dreamfusion_blender.models import PriorOptions, Source, resolve
from dreamfusion_blender.quality import contract_warnings
from dreamfusion_blender.store import JobFolder
from dreamfusion_blender.vocabulary import read_prompt

__all__ = ["Engine"]


class Engine:
    """Runs jobs one after another and keeps the last prior loaded between them."""

    def __init__(self) -> None:
        self._prior: Prior | None = None
        self._prior_key: tuple[object, ...] | None = None

    def run(
        self,
        job: JobFolder,
        emit: Emit,
        should_stop: Callable[[], bool],
        should_finish: Callable[[], bool] = lambda: False,
    ) -> None:
        """Run a job, or go on with it from its checkpoint.

        When should_finish turns true, the optimisation ends and what it has reached becomes the asset. Raises
        Cancelled, after writing checkpoint and field, when should_stop turns true; other DreamFusionErrors for what
        the user can mend.
        """
        spec = job.spec
        if warning := read_prompt(spec.prompt, spec.prior).warning():
            emit({"type": "warning", "code": "unknown_words", "message": warning})
        source = resolve(spec.prior)
        spec.prior_options.check(source)
        device = choose_device(spec.device)
        views = source.family.views_for(spec.views)
        prepared = _prepare(job, views, device, emit)
        leave_off(should_stop, should_finish)
        run = self._begin(job, prepared, source, views, device, emit)
        leave_off(should_stop, should_finish)
        emit({"type": "stage", "stage": "optimize", "label": run.takes.label})
        watch = MemoryWatch(run, asked_of(spec), Work.of(run.preset, source, views, device, spec.prior_options))
        watch.begin(emit)
        session = Session(job, run, emit)
        try:
            session.work(should_stop, should_finish)
        finally:
            watch.end(session.time_left)
        leave_off(should_stop, should_finish)
        report = _extract(job, emit)
        report |= {
            "unet_calls": run.calls,
            "steps": {"done": run.steps_made, "planned": run.steps_planned},
            "settled": run.settled,
            "prior": source.to_report(),
        }
        files = {"glb": job.glb.name, "turntable": job.turntable.name, "field": job.field.name}
        emit({"type": "finished", "report": report, "files": files})

    def _begin(
        self, job: JobFolder, prepared: Prepared, source: Source, views: int, device: torch.device, emit: Emit
    ) -> Optimization:
        """The job's run, at its beginning or as its checkpoint has it."""
        emit({"type": "stage", "stage": "load_prior", "label": "Loading the prior"})
        prior = self._load(source, views, device, job.spec.prior_options)
        run = start(job.spec, prepared.preset, prior, device, job.start, prepared.shaping, prepared.pressures)
        if job.checkpoint.exists():
            load_checkpoint(run, job.checkpoint)
        return run

    def free(self) -> None:
        """Forget the prior and give its memory back."""
        self._prior = self._prior_key = None
        gc.collect()  # priors that keep their embeddings refer to themselves
        empty_cache()

    def _load(self, source: Source, views: int, device: torch.device, options: PriorOptions) -> Prior:
        key = (source, views, device, options, options.stamp())
        if self._prior is None or key != self._prior_key:
            self.free()
            self._prior, self._prior_key = load_prior(source, views, device, options), key
        return self._prior


def leave_off(should_stop: Callable[[], bool], should_finish: Callable[[], bool]) -> None:
    """Raise Cancelled where the job is to stop, between two parts of its work that may take minutes.

    Before the first step there is nothing to keep that would not be made again, after the last it is kept already.
    """
    if not should_finish() and should_stop():
        raise Cancelled("The job was stopped; what it had reached is kept")


def _prepare(job: JobFolder, views: int, device: torch.device, emit: Emit) -> Prepared:
    """What the job's preset, inputs and constraints come to with a prior of so many views; a new run's field is shown.

    Says so where another preset has to stand in for the job's.
    """
    spec = job.spec
    if (name := preset_for(spec, views)) != spec.preset:
        message = f"The preset {spec.preset} needs a prior that looks at several views together: {name} is used"
        emit({"type": "warning", "code": "preset", "message": message})
    prepared = prepare(
        job, preset_of(spec, views), lambda label: emit({"type": "stage", "stage": "inputs", "label": label})
    )
    if not job.checkpoint.exists() and not job.start.exists():
        show_start(job, prepared, device, emit)
    return prepared


def _extract(job: JobFolder, emit: Emit) -> dict[str, Any]:
    """Make the asset of the job's field, and report how good it is."""
    emit({"type": "stage", "stage": "extract", "label": "Making the mesh"})
    report = extract_job(job, lambda label: emit({"type": "stage", "stage": "extract", "label": label}))
    for warning in contract_warnings(report):
        emit(warning)
    report["views"] = score_if_named(job, emit)
    return report


def show_start(job: JobFolder, prepared: Prepared, device: torch.device, emit: Emit) -> None:
    """The very field that the run will start from, before the prior is loaded: a large one takes a minute."""
    generator = torch.Generator().manual_seed(job.spec.seed)  # a scene's field is the first thing drawn from it
    field = make_field(prepared.preset, generator, device, prepared.shaping)
    field.anneal(0.0)
    if event := Previews(job).write(field, 0):
        emit(event)
