"""The optimisation: Algorithm 1 of DreamFusion, around any objective.

Each step asks the stage's objective for a loss, adds what is known of objects in general, and moves the field.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from backend.distillation.base import Objective, Scene
from backend.distillation.denoise_fit import DenoiseFit
from backend.distillation.score import ScoreDistillation
from backend.distillation.sds import SDS
from backend.optimizers import MixedOptimizer, OptimizerName
from backend.priors.base import FollowsProgress
from backend.regularizers import surface_smoothness
from backend.schedules import ramp, warmup_cosine
from dreamfusion_blender.errors import Diverged

if TYPE_CHECKING:
    from backend.constraints.base import Pressure
    from backend.presets import Preset, Stage

__all__ = ["Optimization", "OptimizeSettings", "Schedule"]

Schedule = Literal["linear", "warmup_cosine"]

PARTS = ("field", "renderer", "background")  # of a scene, that have a state


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

    def step(self, warn: Callable[[str], None]) -> float:
        """One step of the optimisation; returns its loss. Raises Diverged when rewinding does not help."""
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
        self.optimizer.zero_grad()
        loss.backward()
        value = loss.item()
        if not math.isfinite(value) or not self._gradients_finite():
            self._rewind(warn)
            return math.nan
        self.optimizer.step()
        self.step_index += 1
        if self.step_index % self.preset.optimize.snapshot_every == 0:
            self._snapshot = self.state()
        return value

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
            scene.prior.at_progress(progress)

    def _gradients_finite(self) -> bool:
        return all(
            bool(torch.isfinite(parameter.grad).all())
            for group in self.optimizer.param_groups
            for parameter in group["params"]
            if parameter.grad is not None
        )

    def _rewind(self, warn: Callable[[str], None]) -> None:
        """Go back to the last good state with smaller steps and other random numbers."""
        if self.rewinds >= self.preset.optimize.rewinds:
            raise Diverged(
                f"The optimisation met values that are not numbers {self.rewinds + 1} times, last at step "
                f"{self.step_index}. Try another seed, or a lower guidance weight"
            )
        lost, rewinds, factor, calls = self.step_index, self.rewinds + 1, self.rate_factor / 2, self.calls
        self.load(self._snapshot)
        self.rewinds, self.rate_factor, self.calls = rewinds, factor, calls
        self.scene.generator.manual_seed(self.scene.generator.initial_seed() + 1_000_003 * rewinds)
        warn(f"Values that are not numbers at step {lost}: back to step {self.step_index} with smaller steps")

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
    return DenoiseFit(preset.denoise_fit, stage.steps, entry)


def _part(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
