"""How parameters are moved, and what is done when a run goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backend.optimizers import OptimizerName
from backend.schedules import ramp, warmup_cosine

Schedule = Literal["linear", "warmup_cosine"]


@dataclass(frozen=True)
class OptimizeSettings:
    optimizer: OptimizerName = "adam"  # moves the parameters that ask for no optimiser themselves
    schedule: Schedule = "linear"  # course of the learning rates, as shares of what the parameter groups name
    learning_rate_end: float = 0.3  # share of the learning rates that is left at the end
    warmup: float = 0.2  # progress at which the schedule warmup_cosine is at its height
    learning_rate_start: float = 1e-5  # share of the learning rates at which the schedule warmup_cosine starts
    adam_beta1: float = 0.9  # Adam's decay of the gradients' moving average
    adam_beta2: float = 0.99  # Adam's decay of the squared gradients' moving average
    snapshot_every: int = 25  # steps between states to go back to when a loss is not a number
    rewinds: int = 3  # how often a run goes back to a snapshot before it gives up


def learning_rate_share(settings: OptimizeSettings, progress: float) -> float:
    """The share of its learning rate that a group has at this progress of the run."""
    if settings.schedule == "linear":
        return ramp(1.0, settings.learning_rate_end, progress)
    return warmup_cosine(progress, settings.warmup, settings.learning_rate_start, settings.learning_rate_end)
