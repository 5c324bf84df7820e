"""Computing something in parts, each once for its value and once more for its gradient.

What a gradient needs is then in memory for one part at a time: the gradients of the parts are summed as they come.
torch.utils.checkpoint does the same, but what it computes again hangs in reference cycles, so that with torch 2.13 the
parts together held more than the whole did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

__all__ = ["in_parts"]

Rowwise = Callable[[Tensor], Tensor]


def in_parts(function: Rowwise, rows: Tensor, size: int, parameters: Sequence[Tensor] = ()) -> Tensor:
    """function(rows), `size` rows at a time.  rows: [N, ...].

    The function answers each row by itself, draws no random numbers, and depends on nothing that learns but the
    parameters. Values are the same, gradients but for rounding, since sums are taken in another order. In parts the
    result can be differentiated once; what is to be differentiated twice is differentiated within the function.
    """
    if len(rows) <= size:
        return function(rows)
    if not torch.is_grad_enabled():
        return torch.cat([function(part) for part in rows.split(size)])
    return torch.cat([_ComputedTwice.apply(function, part, *parameters) for part in rows.split(size)])


class _ComputedTwice(torch.autograd.Function):
    """Keeps only its input for the backward pass, and computes all else there again."""

    @staticmethod
    def forward(ctx: Any, function: Rowwise, rows: Tensor, *parameters: Tensor) -> Tensor:
        """Without gradients, as torch runs all forward functions."""
        ctx.function = function
        ctx.save_for_backward(rows, *parameters)
        return function(rows)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]  # the decorator hides the parameters' names
        ctx: Any, *grad_outputs: Tensor
    ) -> tuple[Tensor | None, ...]:
        """Gradients of the rows and the parameters, where they are wanted."""
        rows, *parameters = ctx.saved_tensors
        with torch.enable_grad():
            rows = rows.detach().requires_grad_(ctx.needs_input_grad[1])
            inputs = [each for each in (rows, *parameters) if each.requires_grad]
            answer = ctx.function(rows)
        found = iter(torch.autograd.grad(answer, inputs, grad_outputs, allow_unused=True))
        return None, *(next(found) if each.requires_grad else None for each in (rows, *parameters))
