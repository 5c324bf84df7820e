"""The steps of a run.

Each asks the stage's objective for a loss, adds what is known of objects in general, and moves the field.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from backend.distillation.likeness import likeness
from backend.events import Emit
from backend.failures import SMALLER, attempt
from backend.optimize.settings import learning_rate_share
from backend.optimize.state import RunState
from backend.priors.base import FollowsProgress
from backend.regularizers import surface_smoothness
from backend.states import copied
from dreamfusion_blender.errors import Diverged, OutOfMemory


class Optimization(RunState):
    """A run that makes its steps, goes back where they led astray, and cuts them up where they do not fit."""

    def step(self, emit: Emit) -> float:
        """One step of the optimisation; returns its loss, which is not a number when the step was taken back.

        emit gets an event when the run went back, had to cut its steps up to fit into memory, or has settled. Raises
        Diverged when going back does not help, and OutOfMemory when cutting up does not.
        """
        value = self._gradients(emit)
        parameters = [each for group in self.optimizer.param_groups for each in group["params"]]
        if not math.isfinite(value) or not are_finite(each.grad for each in parameters if each.grad is not None):
            self._rewind(emit)
            return math.nan
        problem = attempt(self.optimizer.step)
        if problem is not None:  # some parameters may have moved and others not
            self.go_back()
            self._make_room(problem, emit)
            return math.nan
        # Or they would get into snapshots and checkpoints; moments as well, which overflow before parameters do.
        if not are_finite([*parameters, *self.optimizer.state_dict().values()]):
            self._rewind(emit)
            return math.nan
        self.step_index += 1
        if not self.takes.are_compared:  # or what settles is one take, and others are still to come
            self._look(emit)
        if self.takes.is_over(self.step_index):
            self._compare_take(emit)
        elif self.step_index % self.preset.optimize.snapshot_every == 0:
            self.snapshot = self.state()
        return value

    def _look(self, emit: Emit) -> None:
        """See whether the object has settled."""
        if self.early_stop.settled(self.scene.field, self.step_index) and self.step_index < self.steps:
            self.settled = True
            message = (
                f"The object no longer changes (by {self.early_stop.change:.1%} since the last look): "
                f"done after {self.step_index} of {self.steps} steps"
            )
            emit({"type": "note", "code": "settled", "message": message})

    def _gradients(self, emit: Emit) -> float:
        """The step's loss and, in the parameters, its gradients; in smaller parts when they do not fit into memory."""
        scene, objective = self.scene, self.objectives[self.stage()[0]]
        random, kept = scene.generator.get_state(), objective.state_dict()
        # A copy of the scene takes room, which there may be little of.
        before = copied(self._scene_state()) if objective.changes_scene else None
        while True:
            self.optimizer.zero_grad()
            values: list[float] = []
            problem = attempt(lambda: values.append(self._loss()))  # noqa: B023  # called at once
            if problem is None:
                return values[0]
            # What the step has changed until then is made undone, so that it comes out as if it had fitted at once.
            scene.generator.set_state(random)
            objective.load_state_dict(kept)
            if before is not None:
                self._load_scene(before)
            self.optimizer.zero_grad()
            self._make_room(problem, emit)

    def _loss(self) -> float:
        scene = self.scene
        number, progress = self.stage()
        self._prepare()
        before = scene.prior.calls
        loss = self.objectives[number].loss(scene, progress)
        self.calls += scene.prior.calls - before
        loss = loss + surface_smoothness(scene.field, scene.renderer, self.preset.regularize, scene.generator)
        loss = loss + scene.renderer.loss()
        for pressure in self.pressures:
            loss = loss + pressure(scene, self.progress)
        if loss.requires_grad:  # which one that is not a number may not
            loss.backward()
        return loss.item()

    def _compare_take(self, emit: Emit) -> None:
        """Ask the prior how good the take that is over is, and go on as that tells."""
        before = self.scene.prior.calls
        score = likeness(self.scene)
        self.calls += self.scene.prior.calls - before
        self.end_take(score)
        emit({"type": "stage", "stage": "optimize", "label": self.takes.label})
        if not self.takes.are_compared:
            emit({"type": "note", "code": "take", "message": self.takes.words()})

    def _make_room(self, problem: str, emit: Emit) -> None:
        """Cut up the steps from here on. Raises OutOfMemory when they cannot be cut up any further."""
        number, progress = self.stage()
        done = self.limits.tighten(self.objectives[number].ring_count(progress))
        if done is None:
            raise OutOfMemory(f"A step did not fit into memory, cut up as far as it can be: {problem}", SMALLER)
        message = f"Step {self.step_index + 1} did not fit into memory; it is done again, more slowly: {done}"
        emit({"type": "warning", "code": "memory", "message": message})

    def _prepare(self) -> None:
        """Bring field, learning rates, renderer and prior to where this step wants them."""
        scene = self.scene
        progress = self.progress
        scene.field.anneal(progress)
        share = learning_rate_share(self.preset.optimize, progress) * self.rate_factor
        for group, rate in zip(self.optimizer.param_groups, self.base_rates, strict=True):
            group["lr"] = rate * share
        scene.renderer.prepare(scene.field, self.step_index, progress)
        if isinstance(scene.prior, FollowsProgress):
            scene.prior.at_progress(progress, self.preset.score.full_encoder_from)

    def _rewind(self, emit: Emit) -> None:
        """Go back to the last good state with smaller steps and other random numbers."""
        if self.rewinds >= self.preset.optimize.rewinds:
            raise Diverged(
                f"The optimisation met values that are not numbers {self.rewinds + 1} times, last at step "
                f"{self.step_index}. Try another seed, or a lower guidance weight"
            )
        lost = self.step_index
        self.go_back()
        self.rewinds += 1
        self.rate_factor /= 2
        self.scene.generator.manual_seed(self.scene.generator.initial_seed() + 1_000_003 * self.rewinds)
        self.snapshot = self.state()  # whoever comes back once more comes to these
        message = f"Values that are not numbers at step {lost}: back to step {self.step_index} with smaller steps"
        emit({"type": "warning", "code": "rewind", "message": message})


def are_finite(values: Iterable[Tensor]) -> bool:
    """Whether they hold numbers alone. Asks once for all of them, which a GPU is stopped for."""
    found = [torch.isfinite(each).all() for each in values]
    return not found or bool(torch.stack([each.to(found[0].device) for each in found]).all())
