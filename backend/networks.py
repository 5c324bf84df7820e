"""Layers whose first weights come from a generator that is passed in, so that a seed decides them."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

__all__ = ["linear", "perceptron"]


def linear(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """A layer with weights drawn evenly from ±1 / √inputs, as PyTorch's own, and no bias at first."""
    layer = nn.Linear(inputs, outputs)
    bound = inputs**-0.5
    nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def perceptron(widths: list[int], generator: torch.Generator) -> nn.Sequential:
    """Layers from each width to the next, with SiLU between them."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [linear(inputs, outputs, generator), nn.SiLU()]
    return nn.Sequential(*layers[:-1])
