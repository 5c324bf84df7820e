"""What every trainer with averaged weights does at the end of a step, and how the average is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

from toybox.training.settings import OptimiserSettings

__all__ = ["descend", "put", "standing_in"]


def descend(
    loss: Tensor,
    optimiser: torch.optim.Optimizer,
    parameters: Sequence[Tensor],
    average: list[Tensor],
    settings: OptimiserSettings,
    step: int,
) -> Tensor:
    """Move the parameters down a loss, and their average after them; the gradient's norm before it was clipped.

    step: how many there will have been with this one.
    """
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(parameters, settings.clip)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    decay = min(settings.average, (step + 1) / (step + 10))  # early averages forget the random start
    get_ema_multi_avg_fn(decay)(average, [each.detach() for each in parameters], step)
    return norm


@contextmanager
def standing_in(parameters: Sequence[Tensor], values: Sequence[Tensor]) -> Iterator[None]:
    """The parameters with other values, for the length of a block."""
    own = [each.detach().clone() for each in parameters]
    put(parameters, values)
    try:
        yield
    finally:
        put(parameters, own)


@torch.no_grad()
def put(parameters: Sequence[Tensor], values: Sequence[Tensor]) -> None:
    """Give the parameters these values."""
    for parameter, value in zip(parameters, values, strict=True):
        parameter.copy_(value)
