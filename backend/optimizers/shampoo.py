"""Shampoo: gradients of matrices preconditioned from both sides, DreamFusion's optimiser.

Sources: Gupta et al. 2018 (1802.09568), algorithm 1; blocks, grafting and the treatment of momentum as in Anil et al.
2020 (2002.09018) and its public implementation, whose settings DreamFusion names. What differs: vectors
are preconditioned by a diagonal instead of a full matrix, and the statistics start at zero instead of at a multiple
of the identity, so that the method does not depend on the scale of the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

__all__ = ["Shampoo", "ShampooSettings", "inverse_root"]


@dataclass(frozen=True)
class ShampooSettings:
    """DreamFusion's, unless said otherwise."""

    beta1: float = 0.9  # decay of the momentum
    beta2: float = 0.9  # decay of the statistics' moving average
    block_size: int = 128  # a matrix is cut into blocks of at most this many rows and columns
    exponent: int = 2  # each side of a matrix is multiplied by the statistics' power -1/exponent; Gupta et al. have 4
    epsilon: float = 1e-6  # share of the statistics' largest eigenvalue that is added to all
    nesterov: bool = True  # looks ahead along the momentum, as the public implementation; the paper does not say
    # Steps between new roots; 1 is the public implementation's default. The statistics' memory is 1 / (1 - beta2) steps
    # long, so that much older roots fit them no more. The roots of the paper's MLP take 40 ms on one processor core.
    root_every: int = 1


class Shampoo(torch.optim.Optimizer):
    """L^(-1/p) G R^(-1/p) for each block, scaled so that a parameter's step has the learning rate as its RMS.

    The scaling is SQRT_N grafting. The momentum after it adds up (v ← β1 v + u) and is no average, as in the public
    implementation: under a steady gradient a step is 1 / (1 - β1) times as long.
    """

    def __init__(self, groups: Iterable[dict[str, Any]], settings: ShampooSettings) -> None:
        """groups: parameters with a learning rate "lr" each."""
        super().__init__(groups, {})
        self.settings = settings

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Move every parameter that has a gradient. closure: not used."""
        moving = [
            (parameter, parameter.grad, group["lr"])
            for group in self.param_groups
            for parameter in group["params"]
            if parameter.grad is not None
        ]
        for parameter, gradient, _ in moving:
            state = self.state[parameter]
            if not state:
                state.update(self.initial_state(parameter))
            self._gather(state, gradient)
        self._renew_roots([self.state[parameter] for parameter, _, _ in moving])
        for parameter, gradient, rate in moving:
            state = self.state[parameter]
            update = graft(self._preconditioned(state, gradient))
            momentum = state["momentum"].mul_(self.settings.beta1).add_(update)
            parameter.sub_(rate * (update + self.settings.beta1 * momentum if self.settings.nesterov else momentum))
            state["step"] += 1

    def initial_state(self, parameter: Tensor) -> dict[str, Tensor]:
        """What is remembered of a parameter, before its first gradient."""
        state = {"step": torch.zeros(()), "momentum": torch.zeros_like(parameter)}
        if parameter.dim() < 2:
            return state | {"squares": torch.zeros_like(parameter)}
        for number, block in enumerate(self._blocks(parameter)):
            for side, size in zip(("left", "right"), block.shape, strict=True):
                state[f"{side}.{number}"] = parameter.new_zeros(size, size)
                state[f"{side}_root.{number}"] = parameter.new_zeros(size, size)
        return state

    def _blocks(self, tensor: Tensor) -> list[Tensor]:
        """Views of a tensor's blocks, row by row; beyond two dimensions, all but the first count as one."""
        size = self.settings.block_size
        rows = tensor.view(tensor.shape[0], -1).split(size)
        return [block for row in rows for block in row.split(size, dim=1)]

    def _gather(self, state: dict[str, Tensor], gradient: Tensor) -> None:
        """Moving averages of G Gᵀ and Gᵀ G, or of a vector's squares."""
        share = 1 - self.settings.beta2
        if gradient.dim() < 2:
            state["squares"].lerp_(gradient**2, share)
            return
        for number, block in enumerate(self._blocks(gradient.contiguous())):
            state[f"left.{number}"].lerp_(block @ block.mT, share)
            state[f"right.{number}"].lerp_(block.mT @ block, share)

    def _renew_roots(self, states: list[dict[str, Tensor]]) -> None:
        """Take the roots of the statistics that are due, all of one size at once."""
        due: dict[int, list[tuple[dict[str, Tensor], str, str]]] = {}
        for state in states:
            if int(state["step"]) % self.settings.root_every:
                continue
            for name in state:
                side, _, number = name.partition(".")
                if side in ("left", "right"):
                    due.setdefault(len(state[name]), []).append((state, name, f"{side}_root.{number}"))
        for same_size in due.values():
            statistics = torch.stack([state[name] for state, name, _ in same_size])
            roots = inverse_root(statistics, self.settings.exponent, self.settings.epsilon)
            for (state, _, name), root in zip(same_size, roots, strict=True):
                state[name].copy_(root)

    def _preconditioned(self, state: dict[str, Tensor], gradient: Tensor) -> Tensor:
        if gradient.dim() < 2:
            squares, largest = state["squares"], state["squares"].max()
            # As for matrices.
            squares = torch.where(largest > 0, squares + self.settings.epsilon * largest, 1.0)
            return gradient * squares ** (-1 / self.settings.exponent)
        result = torch.empty_like(gradient, memory_format=torch.contiguous_format)
        pairs = zip(self._blocks(gradient.contiguous()), self._blocks(result), strict=True)
        for number, (block, place) in enumerate(pairs):
            place.copy_(state[f"left_root.{number}"] @ block @ state[f"right_root.{number}"])
        return result


def inverse_root(matrices: Tensor, exponent: int, epsilon: float) -> Tensor:
    """(A + ε λ_max 1)^(-1 / exponent) of symmetric positive matrices [K, N, N]; the identity where A is 0, and not a
    number where A is none.

    In double precision, for the eigenvalues span many decades, and on the CPU: Apple's GPUs have neither double
    precision nor this decomposition, and other GPUs are not faster at matrices this small.
    """
    exact = matrices.cpu().double()
    is_finite = torch.isfinite(exact).all(dim=-1).all(dim=-1)[:, None, None]
    values, vectors = torch.linalg.eigh(torch.where(is_finite, exact, 0.0))
    largest = values[:, -1:]
    values = torch.where(largest > 0, values.clamp(min=0) + epsilon * largest, 1.0)
    roots = (vectors * values[:, None] ** (-1 / exponent)) @ vectors.mT
    return torch.where(is_finite, roots, torch.nan).to(matrices.dtype).to(matrices.device)


def graft(update: Tensor) -> Tensor:
    """The update's direction with the length √N of a step of ±1 in each of its N values; 0 stays 0."""
    # The largest value becomes 1 first: squares of very small or large ones do not fit into single precision.
    scaled = update / update.abs().max().clamp(min=torch.finfo(update.dtype).tiny)
    return scaled * (scaled.numel() ** 0.5 / scaled.norm().clamp(min=1.0))
