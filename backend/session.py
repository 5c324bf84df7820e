"""A stretch of work on a run: steps, and what the outside sees of them."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from backend.checkpoint import save_checkpoint
from backend.events import Emit
from backend.optimize import Optimization
from backend.previews import Previews, field_grid
from backend.timing import TimeLeft
from dreamfusion_blender.errors import Cancelled
from dreamfusion_blender.files import replacing
from dreamfusion_blender.store import JobFolder

FIELD_RESOLUTION = 128  # points a side of field.npz
CHECKPOINT_EVERY = 30.0  # s
PROGRESS_EVERY = 0.2  # s


class Session:
    """The work of one process on one job."""

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
            if self.previews.is_due() and (event := self.previews.write(run.scene.field, run.steps_made, run.scene)):
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
                "step": run.steps_made,
                "steps": run.steps_planned,
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
