"""The optimisation: Algorithm 1 of DreamFusion, around any objective.

Each step asks the stage's objective for a loss, adds what is known of objects in general, and moves the field.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import torch
from torch import Tensor

from backend.distillation.base import Objective, Scene
from backend.distillation.denoise_fit import DenoiseFit
from backend.distillation.score import ScoreDistillation
from backend.distillation.sds import SDS
from backend.early_stop import EarlyStop
from backend.failures import SMALLER, out_of_memory
from backend.memory.limits import Limits
from backend.optimizers import MixedOptimizer, OptimizerName
from backend.priors.base import FollowsProgress
from backend.regularizers import surface_smoothness
from backend.schedules import ramp, warmup_cosine
from dreamfusion_blender.errors import Diverged, OutOfMemory

if TYPE_CHECKING:
    from backend.constraints.base import Pressure
    from backend.presets import Preset, Stage

__all__ = ["Optimization", "OptimizeSettings", "Schedule"]

Schedule = Literal["linear", "warmup_cosine"]
Emit = Callable[[dict[str, Any]], None]  # takes an event of the protocol

PARTS: Final = ("field", "renderer", "background")  # of a scene, that have a state


@dataclass(frozen=True)
class OptimizeSettings:
    optimizer: OptimizerName = "adam"  # of the parameters that ask for none themselves
    schedule: Schedule = "linear"  # of the learning rates, as shares of what the parameter groups name
    learning_rate_end: float = 0.3  # share of the learning rates that is left at the end
    warmup: float = 0.2  # progress at which warmup_cosine is at its height
    learning_rate_start: float = 1e-5  # share at which it starts
    adam_beta1: float = 0.9
    adam_beta2: float = 0.99
    snapshot_every: int = 25  # steps between states to go back to when a loss is not a number
    rewinds: int = 3  # how often before giving up


class Optimization:
    """A run in progress: everything that changes, and how to write it down and take it up again."""

    def __init__(self, preset: Preset, scene: Scene, entry: float = 0.0, pressures: Sequence[Pressure] = ()) -> None:
        """entry: the progress, 0 … 1, at which every schedule is entered; 0 for a run that begins with nothing.

        pressures: what is wished for besides.
        """
        self.preset = preset
        self.pressures = pressures
        self.scene = scene
        self.entry = entry
        self.objectives = [make_objective(stage, preset, scene.prior.views, entry) for stage in preset.stages]
        settings = preset.optimize
        groups = [
            group for part in (scene.field, scene.renderer, scene.background) for group in part.parameter_groups()
        ]
        betas = (settings.adam_beta1, settings.adam_beta2)
        self.optimizer = MixedOptimizer(groups, settings.optimizer, betas, preset.shampoo)
        self.base_rates = [group["lr"] for group in self.optimizer.param_groups]
        self.rate_factor = 1.0  # halved at each rewind
        self.step_index = 0
        self.calls = 0  # of the prior, over all processes that worked on this job
        self.rewinds = 0
        self.early_stop = EarlyStop(preset.stop, preset.steps)
        self.settled = False  # whether the early stop has ended the run
        self.limits = Limits(preset.memory, scene)
        scene.field.anneal(entry)
        self._snapshot = self.state()

    @property
    def progress(self) -> float:
        """Of the schedules that span the whole run: from `entry` to 1."""
        return ramp(self.entry, 1.0, self.step_index / self.steps)

    @property
    def steps(self) -> int:
        """In all stages."""
        return self.preset.steps

    @property
    def planned_calls(self) -> int:
        """Of the prior, in all stages."""
        return sum(objective.planned_calls for objective in self.objectives)

    def stage(self) -> tuple[int, float]:
        """Which stage the coming step belongs to, and how far that stage's schedules are, `entry` … 1."""
        first = 0
        for number, stage in enumerate(self.preset.stages):
            if self.step_index < first + stage.steps:
                return number, ramp(self.entry, 1.0, (self.step_index - first) / stage.steps)
            first += stage.steps
        return len(self.preset.stages) - 1, 1.0

    @property
    def is_done(self) -> bool:
        """Whether there is no step left to make."""
        return self.settled or self.step_index >= self.steps

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
            self._go_back()
            self._make_room(problem, emit)
            return math.nan
        # Or they would get into snapshots and checkpoints; moments as well, which overflow before parameters do.
        if not are_finite([*parameters, *self.optimizer.state_dict().values()]):
            self._rewind(emit)
            return math.nan
        self.step_index += 1
        if self.early_stop.settled(self.scene.field, self.step_index) and self.step_index < self.steps:
            self.settled = True
            message = (
                f"The object no longer changes (by {self.early_stop.change:.1%} since the last look): "
                f"done after {self.step_index} of {self.steps} steps"
            )
            emit({"type": "note", "code": "settled", "message": message})
        if self.step_index % self.preset.optimize.snapshot_every == 0:
            self._snapshot = self.state()
        return value

    def _gradients(self, emit: Emit) -> float:
        """The step's loss and, in the parameters, its gradients; in smaller parts when they do not fit into memory."""
        scene, objective = self.scene, self.objectives[self.stage()[0]]
        random, kept = scene.generator.get_state(), objective.state_dict()
        while True:
            self.optimizer.zero_grad()
            values: list[float] = []
            problem = attempt(lambda: values.append(self._loss()))  # noqa: B023  # called at once
            if problem is None:
                return values[0]
            # What the step has changed until then is made undone, so that it comes out as if it had fitted at once.
            scene.generator.set_state(random)
            objective.load_state_dict(kept)
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

    def _make_room(self, problem: str, emit: Emit) -> None:
        """Cut up the steps from here on. Raises OutOfMemory when they cannot be cut up any further."""
        done = self.limits.tighten(self._rings())
        if done is None:
            raise OutOfMemory(f"A step did not fit into memory, cut up as far as it can be: {problem}", SMALLER)
        message = f"Step {self.step_index + 1} did not fit into memory; it is done again, more slowly: {done}"
        emit({"type": "warning", "code": "memory", "message": message})

    def _rings(self) -> int:
        """How many groups of views the coming step shows the prior that need not go through it together."""
        number, progress = self.stage()
        if self.preset.stages[number].objective == "denoise_fit":
            return 1
        together = self.scene.prior.views
        return self.preset.growth.views(self.preset.score.views, together, progress) // together

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
        self._go_back()
        self.rewinds += 1
        self.rate_factor /= 2
        self.scene.generator.manual_seed(self.scene.generator.initial_seed() + 1_000_003 * self.rewinds)
        self._snapshot = self.state()  # whoever comes back once more comes to these
        message = f"Values that are not numbers at step {lost}: back to step {self.step_index} with smaller steps"
        emit({"type": "warning", "code": "rewind", "message": message})

    def _go_back(self) -> None:
        """To the last good state. The calls that were made since then were made."""
        calls = self.calls
        self.load(self._snapshot)
        self.calls = calls

    def state(self) -> dict[str, Tensor]:
        """Everything a run needs to go on exactly as it would have, by name; copies."""
        state: dict[str, Tensor] = {}
        for part in PARTS:
            state |= {f"{part}.{name}": value for name, value in getattr(self.scene, part).state_dict().items()}
        state |= self.optimizer.state_dict()
        for number, objective in enumerate(self.objectives):
            state |= {f"objective.{number}.{name}": value for name, value in objective.state_dict().items()}
        state["generator"] = self.scene.generator.get_state()
        state["counters"] = torch.tensor([self.step_index, self.calls, self.rewinds])
        state["rate_factor"] = torch.tensor(self.rate_factor)
        state |= {f"stop.{name}": value for name, value in self.early_stop.state_dict().items()}
        state["settled"] = torch.tensor(self.settled)
        return {name: value.detach().clone().contiguous() for name, value in state.items()}

    def load(self, state: dict[str, Tensor]) -> None:
        """Take up a state. Raises KeyError or RuntimeError when it is another job's."""
        device = self.scene.device
        for part in PARTS:
            getattr(self.scene, part).load_state_dict(_part(state, f"{part}."))
        self.optimizer.load_state_dict(state)
        for number, objective in enumerate(self.objectives):
            kept = _part(state, f"objective.{number}.")
            objective.load_state_dict({name: value.to(device) for name, value in kept.items()})
        self.scene.generator.set_state(state["generator"].cpu())
        self.step_index, self.calls, self.rewinds = (int(x) for x in state["counters"])
        self.rate_factor = state["rate_factor"].item()
        stop = _part(state, "stop.")
        self.early_stop.load_state_dict({name: value.to(device) for name, value in stop.items()})
        self.settled = "settled" in state and bool(state["settled"])  # older checkpoints do not say
        self.scene.field.anneal(self.progress)
        self._snapshot = state

    def take_over(self, state: dict[str, Tensor]) -> None:
        """Begin where a run with the same settings ended: its field, its optimiser's memory, its random numbers.

        Counters and an objective's pictures stay those of a beginning. Raises KeyError or RuntimeError when the state
        is that of other settings.
        """
        for part in PARTS:
            getattr(self.scene, part).load_state_dict(_part(state, f"{part}."))
        self.optimizer.load_state_dict(state)
        self.scene.generator.set_state(state["generator"].cpu())
        self._snapshot = self.state()


def learning_rate_share(settings: OptimizeSettings, progress: float) -> float:
    """The share of its learning rate that a group has at this progress of the run."""
    if settings.schedule == "linear":
        return ramp(1.0, settings.learning_rate_end, progress)
    return warmup_cosine(progress, settings.warmup, settings.learning_rate_start, settings.learning_rate_end)


def make_objective(stage: Stage, preset: Preset, prior_views: int, entry: float) -> Objective:
    """The one place that knows which objective a name means.  entry: see Optimization."""
    if stage.objective == "sds":
        how = (preset.score, preset.cameras, preset.growth)
        return ScoreDistillation(SDS(preset.sds), *how, stage.steps, prior_views)
    return DenoiseFit(preset.denoise_fit, stage.steps, entry, preset.first_ring)


def attempt(work: Callable[[], object]) -> str | None:
    """Do it; the reason in words when it did not fit into memory, None when it did."""
    try:
        work()
    except (MemoryError, RuntimeError) as error:  # which torch's own are kinds of
        reason = out_of_memory(error)
        if reason is None:
            raise
        # The exception, and with it all that its frames hold on to, is gone when this returns.
        return reason
    return None


def are_finite(values: Iterable[Tensor]) -> bool:
    """Whether they hold numbers alone. Asks once for all of them, which a GPU is stopped for."""
    found = [torch.isfinite(each).all() for each in values]
    return not found or bool(torch.stack([each.to(found[0].device) for each in found]).all())


def _part(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
