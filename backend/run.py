"""One job from its folder to its asset: load, optimise, write the field, extract."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import Module

from backend.checkpoint import load_checkpoint, save_checkpoint
from backend.constraints import Prepared, Pressure, prepare
from backend.descent import begin_from
from backend.devices import choose_device, empty_cache
from backend.extract import extract_job
from backend.fields.shaping import Shaping
from backend.memory.watch import MemoryWatch
from backend.optimize import Optimization
from backend.presets import Preset, load_preset
from backend.previews import Previews, field_grid
from backend.priors import Prior, load_prior
from backend.scene import make_field, make_scene
from backend.timing import TimeLeft
from backend.view_scores import score_if_named
from dreamfusion_blender.errors import Cancelled, JobDamaged
from dreamfusion_blender.files import replacing
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.models import PriorOptions, Source, resolve
from dreamfusion_blender.store import JobFolder
from dreamfusion_blender.vocabulary import read_prompt

__all__ = ["Engine"]

Emit = Callable[[dict[str, Any]], None]

FIELD_RESOLUTION = 128  # points a side of field.npz
CHECKPOINT_EVERY = 30.0  # s
PROGRESS_EVERY = 0.2  # s


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
        warning = read_prompt(spec.prompt, spec.prior).warning()
        if warning:
            emit({"type": "warning", "code": "unknown_words", "message": warning})
        source, options = resolve(spec.prior), spec.prior_options
        options.check(source)
        device = choose_device(spec.device)
        views = source.family.views_for(spec.views)
        if (name := preset_for(spec, views)) != spec.preset:
            message = f"The preset {spec.preset} needs a prior that looks at several views together: {name} is used"
            emit({"type": "warning", "code": "preset", "message": message})
        prepared = prepare(
            job, preset_of(spec, views), lambda label: emit({"type": "stage", "stage": "inputs", "label": label})
        )
        if not job.checkpoint.exists() and not job.start.exists():
            show_start(job, prepared, device, emit)
        emit({"type": "stage", "stage": "load_prior", "label": "Loading the prior"})
        prior = self._load(source, views, device, options)
        run = start(spec, prepared.preset, prior, device, job.start, prepared.shaping, prepared.pressures)
        if job.checkpoint.exists():
            load_checkpoint(run, job.checkpoint)
        emit({"type": "stage", "stage": "optimize", "label": "Optimising"})
        watch = MemoryWatch(run, spec.prior, source.family.name, options)
        watch.begin(emit)
        session = _Session(job, run, emit)
        try:
            session.work(should_stop, should_finish)
        finally:
            watch.end(session.time_left)
        emit({"type": "stage", "stage": "extract", "label": "Making the mesh"})
        report = extract_job(job, lambda label: emit({"type": "stage", "stage": "extract", "label": label}))
        for violation in report["contract"]["violations"]:
            emit({"type": "warning", "code": "contract", "message": f"The asset breaks its contract: {violation}"})
        report["views"] = score_if_named(job, emit)
        report["unet_calls"] = run.calls
        # A run that has settled is whole: it has nothing left to do.
        report["steps"] = {"done": run.step_index, "planned": run.step_index if run.settled else run.steps}
        report["settled"] = run.settled
        report["prior"] = source.to_report()
        files = {"glb": job.glb.name, "turntable": job.turntable.name, "field": job.field.name}
        emit({"type": "finished", "report": report, "files": files})

    def free(self) -> None:
        """Forget the prior and give its memory back."""
        self._prior = self._prior_key = None
        empty_cache()

    def _load(self, source: Source, views: int, device: torch.device, options: PriorOptions) -> Prior:
        key = (source, views, device, options, options.stamp())
        if self._prior is None or key != self._prior_key:
            self.free()
            self._prior, self._prior_key = load_prior(source, views, device, options), key
        return self._prior


def preset_of(spec: JobSpec, views: int) -> Preset:
    """The spec's preset with its changes, or what stands in for it with a prior of so many views."""
    preset = load_preset(preset_for(spec, views))
    share = 1.0 if spec.origin is None else spec.origin.share_of_steps
    preset = preset.with_steps(spec.steps or max(1, round(preset.steps * share)))
    return preset.with_overrides(spec.overrides)


def preset_for(spec: JobSpec, views: int) -> str:
    """The name of the preset to use: denoise-and-fit needs several views of one object, SDS can do with one."""
    if views > 1 or all(stage.objective != "denoise_fit" for stage in load_preset(spec.preset).stages):
        return spec.preset
    # What suits the toybox's small pictures is far too gentle for a large prior.
    return "sds" if spec.prior == "toybox" else "fast"


def start(
    spec: JobSpec,
    preset: Preset,
    prior: Prior,
    device: torch.device,
    state: Path | None = None,
    shaping: Shaping | None = None,
    pressures: Sequence[Pressure] = (),
) -> Optimization:
    """A run at its beginning: determined by the spec, its inputs and, where it begins with its parent's, the state.

    shaping, pressures: what the inputs and constraints come to; see `prepare`.
    """
    generator = torch.Generator().manual_seed(spec.seed)
    wishes = [each.to(device) if isinstance(each, Module) else each for each in pressures]
    if spec.origin is not None and spec.origin.starts_from_parent:
        if state is None or not state.is_file():
            raise JobDamaged(f"What the job was to begin with is missing: {state}. Make it of its parent again")
        return begin_from(state, spec, preset, prior, generator, device, shaping, wishes)
    scene = make_scene(preset, prior, (spec.prompt, spec.negative_prompt), generator, device, shaping)
    return Optimization(preset, scene, pressures=wishes)


def show_start(job: JobFolder, prepared: Prepared, device: torch.device, emit: Emit) -> None:
    """The very field that the run will start from, before the prior is loaded: a large one takes a minute."""
    generator = torch.Generator().manual_seed(job.spec.seed)  # a scene's field is the first thing drawn from it
    field = make_field(prepared.preset, generator, device, prepared.shaping)
    field.anneal(0.0)
    if event := Previews(job).write(field, 0):
        emit(event)


class _Session:
    """A stretch of work on a run: steps, and what the outside sees of them."""

    def __init__(self, job: JobFolder, run: Optimization, emit: Emit) -> None:
        self.job, self.run, self.emit = job, run, emit
        self.time_left = TimeLeft(run)
        self.previews = Previews(job)
        self.due = {"checkpoint": CHECKPOINT_EVERY, "progress": 0.0}
        self.began = time.monotonic()

    def work(self, should_stop: Callable[[], bool], should_finish: Callable[[], bool]) -> None:
        """Step until the end or until told to stop or finish; field and checkpoint are on disk in any case."""
        run = self.run
        while not run.is_done and not should_finish():
            if should_stop():
                self._keep()
                raise Cancelled("The job was stopped; what it had reached is kept")
            self.time_left.begin()
            loss = run.step(self.emit)
            self.time_left.end()
            last = run.is_done
            if self._is_due("progress", PROGRESS_EVERY) or last:
                self._report(loss)
            if self.previews.is_due() and (event := self.previews.write(run.scene.field, run.step_index, run.scene)):
                self.emit(event)
            if self._is_due("checkpoint", CHECKPOINT_EVERY) and not last:
                save_checkpoint(run, self.job.checkpoint)
        self._keep()

    def _is_due(self, name: str, every: float) -> bool:
        elapsed = time.monotonic() - self.began
        if elapsed < self.due[name]:
            return False
        self.due[name] = elapsed + every
        return True

    def _report(self, loss: float) -> None:
        run = self.run
        self.emit(
            {
                "type": "progress",
                "stage": "optimize",
                "step": run.step_index,
                "steps": run.steps,
                "loss": loss,
                "seconds_left": self.time_left.seconds(),
                "unet_calls": run.calls,
            }
        )

    def _keep(self) -> None:
        save_checkpoint(self.run, self.job.checkpoint)
        surface, albedo = field_grid(self.run.scene.field, FIELD_RESOLUTION)
        field = self.run.scene.field
        with replacing(self.job.field) as temporary:
            np.savez_compressed(
                temporary,
                surface=surface.astype(np.float16),
                albedo=albedo,
                density_scale=field.density_scale,
                beta=field.beta,
                version=1,
            )
