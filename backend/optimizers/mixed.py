"""One step for all parameters of a scene, each group by the method it asks for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any, Literal, get_args

import torch
from torch import Tensor

from backend.optimizers.shampoo import Shampoo, ShampooSettings

__all__ = ["MixedOptimizer", "OptimizerName"]

OptimizerName = Literal["adam", "shampoo"]


class MixedOptimizer:
    """Adam, Shampoo, or both side by side.

    A group may name its method under the key "optimizer"; the others take the preset's choice. Feature grids and hash
    tables ask for Adam: their gradients are sparse, and their shapes mean nothing to a preconditioner of rows and
    columns.
    """

    def __init__(
        self,
        groups: list[dict[str, Any]],
        default: OptimizerName,
        adam_betas: tuple[float, float],
        shampoo: ShampooSettings,
    ) -> None:
        by_name: dict[OptimizerName, list[dict[str, Any]]] = {}
        for group in groups:
            rest = {key: value for key, value in group.items() if key != "optimizer"}
            by_name.setdefault(group.get("optimizer", default), []).append(rest)
        make: dict[OptimizerName, Callable[[list[dict[str, Any]]], torch.optim.Optimizer]] = {
            "adam": lambda chosen: torch.optim.Adam(chosen, betas=adam_betas),
            "shampoo": lambda chosen: Shampoo(chosen, shampoo),
        }
        self.members = {name: make[name](chosen) for name, chosen in by_name.items()}

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The groups of all methods; a learning rate set here holds at the next step."""
        return list(chain.from_iterable(member.param_groups for member in self.members.values()))

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for member in self.members.values():
            member.zero_grad(set_to_none=True)

    def step(self) -> None:
        """Move all parameters that have a gradient."""
        for member in self.members.values():
            member.step()

    def state_dict(self) -> dict[str, Tensor]:
        """What is remembered of past gradients, named `method.parameter's number.what`; not copied."""
        return {
            f"{name}.{index}.{key}": value
            for name, member in self.members.items()
            for index, kept in member.state_dict()["state"].items()
            for key, value in kept.items()
        }

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take back what state_dict gave, from among other things' state.

        Raises KeyError when a part is missing, or belongs to a method that is not in use or to other parameters.
        """
        for name in get_args(OptimizerName):
            if name not in self.members and any(path.startswith(f"{name}.") for path in state):
                raise KeyError(f"the state is that of another optimiser, {name}")
        for name, member in self.members.items():
            kept: dict[int, dict[str, Tensor]] = {}
            for path, value in state.items():
                if path.startswith(f"{name}."):
                    _, index, key = path.split(".", 2)
                    # Counters live on the CPU, where reading them stops no GPU.
                    kept.setdefault(int(index), {})[key] = value.clone().cpu() if key == "step" else value.clone()
            parameters = [parameter for group in member.param_groups for parameter in group["params"]]
            for index, moments in kept.items():
                if index >= len(parameters):
                    raise KeyError("the optimiser's state is that of more parameters")
                expected = _remembered(member, parameters[index])
                if moments.keys() != expected.keys():
                    raise KeyError("a moment of the optimiser is missing")
                if any(moments[key].shape != shape for key, shape in expected.items()):
                    raise KeyError("the optimiser's state is that of other parameters")
            member.load_state_dict({"state": kept, "param_groups": member.state_dict()["param_groups"]})


def _remembered(member: torch.optim.Optimizer, parameter: Tensor) -> dict[str, torch.Size]:
    """The names and shapes of what a method remembers of a parameter."""
    if isinstance(member, Shampoo):
        return {name: value.shape for name, value in member.initial_state(parameter).items()}
    return {"step": torch.Size(), "exp_avg": parameter.shape, "exp_avg_sq": parameter.shape}
