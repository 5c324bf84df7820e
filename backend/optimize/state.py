"""A run in progress: everything that changes, and how to write it down and take it up again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from backend.distillation.base import Scene
from backend.early_stop import EarlyStop
from backend.memory.limits import Limits
from backend.optimize.objectives import make_objective, planned_calls
from backend.optimize.takes import Takes
from backend.optimizers import MixedOptimizer
from backend.priors.layouts import draws_layouts
from backend.schedules import ramp
from backend.states import copied, part_of, prefixed

if TYPE_CHECKING:
    from backend.constraints.base import Pressure
    from backend.presets import Preset

PARTS: Final = ("field", "renderer", "background")  # of a scene, that have a state


class RunState:
    """All that a run consists of between two steps."""

    def __init__(
        self,
        preset: Preset,
        scene: Scene,
        entry: float = 0.0,
        pressures: Sequence[Pressure] = (),
        has_object: bool = False,
    ) -> None:
        """entry: the progress, 0 … 1, at which every schedule is entered.  pressures: what is wished for besides.

        has_object: whether the field is an object already, a parent's or a given one.
        """
        self.preset = preset
        self.pressures = pressures
        self.scene = scene
        self.entry = entry
        views = scene.prior.views
        layouts = draws_layouts(scene.prior)
        self.objectives = [make_objective(stage, preset, views, entry, has_object, layouts) for stage in preset.stages]
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
        self.takes = Takes(preset.takes, preset.steps, has_object)
        self.planned_calls = planned_calls(preset, self.objectives, self.takes, views)
        self.seed = scene.generator.initial_seed()
        self.limits = Limits(preset.memory, scene)
        scene.field.anneal(entry)
        self.snapshot = self.state()  # to go back to
        self.beginning = self.snapshot if self.takes.are_compared else {}  # of each take

    @property
    def progress(self) -> float:
        """Progress of the schedules that span the whole run, from `entry` to 1."""
        return ramp(self.entry, 1.0, self.step_index / self.steps)

    @property
    def steps(self) -> int:
        """Steps of all stages together."""
        return self.preset.steps

    @property
    def steps_made(self) -> int:
        """Steps made so far, all takes included."""
        return self.takes.steps_before + self.step_index

    @property
    def steps_planned(self) -> int:
        """Steps of all takes; the early stop may end the run before."""
        return self.steps_made if self.settled else self.steps + self.takes.extra_steps

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

    def state(self) -> dict[str, Tensor]:
        """Everything a run needs to go on exactly as it would have, by name; copies of all that changes."""
        return self._take_state() | prefixed(self.takes.state_dict(), "takes.")

    def _take_state(self) -> dict[str, Tensor]:
        """The state of the present take alone."""
        state = self._scene_state() | self.optimizer.state_dict()
        for number, objective in enumerate(self.objectives):
            state |= prefixed(objective.state_dict(), f"objective.{number}.")
        state["generator"] = self.scene.generator.get_state()
        state["counters"] = torch.tensor([self.step_index, self.calls, self.rewinds])
        state["rate_factor"] = torch.tensor(self.rate_factor)
        state |= prefixed(self.early_stop.state_dict(), "stop.")
        state["settled"] = torch.tensor(self.settled)
        return copied(state)

    def _scene_state(self) -> dict[str, Tensor]:
        """The state of the scene's parts: no copy, so that it changes with them."""
        state: dict[str, Tensor] = {}
        for part in PARTS:
            state |= prefixed(getattr(self.scene, part).state_dict(), f"{part}.")
        return state

    def _load_scene(self, state: dict[str, Tensor]) -> None:
        for part in PARTS:
            getattr(self.scene, part).load_state_dict(part_of(state, f"{part}."))

    def load(self, state: dict[str, Tensor]) -> None:
        """Take up a state. Raises KeyError or RuntimeError when it is another job's."""
        self._load_take(state)
        self.takes.load_state_dict(part_of(state, "takes."))
        self.snapshot = state

    def _load_take(self, state: dict[str, Tensor]) -> None:
        device = self.scene.device
        self._load_scene(state)
        self.optimizer.load_state_dict(state)
        for number, objective in enumerate(self.objectives):
            kept = part_of(state, f"objective.{number}.")
            objective.load_state_dict({name: value.to(device) for name, value in kept.items()})
        self.scene.generator.set_state(state["generator"].cpu())
        self.step_index, self.calls, self.rewinds = (int(x) for x in state["counters"])
        self.rate_factor = state["rate_factor"].item()
        stop = part_of(state, "stop.")
        self.early_stop.load_state_dict({name: value.to(device) for name, value in stop.items()})
        self.settled = "settled" in state and bool(state["settled"])  # older checkpoints do not say
        self.scene.field.anneal(self.progress)

    def go_back(self) -> None:
        """Go back to the last good state. The prior's calls that were made since then were made."""
        calls = self.calls
        self.load(self.snapshot)
        self.calls = calls

    def end_take(self, score: float) -> None:
        """Begin another take with other random numbers or, after the last one, go on with the best."""
        calls = self.calls
        chosen = self.takes.finish(score, self._take_state())
        self._load_take(self.beginning if chosen is None else chosen)
        self.calls = calls
        if chosen is None:
            self.scene.generator.manual_seed(self.seed + 500_009 * self.takes.number)
        self.snapshot = self.state()

    def take_over(self, state: dict[str, Tensor]) -> None:
        """Begin where a run with the same settings ended: its field, its optimiser's memory, its random numbers.

        Counters and an objective's pictures stay those of a beginning. Raises KeyError or RuntimeError when the state
        is that of other settings.
        """
        self._load_scene(state)
        self.optimizer.load_state_dict(state)
        self.scene.generator.set_state(state["generator"].cpu())
        self.snapshot = self.state()
