"""Networks made from a configuration and filled with weights that came under other names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from backend.priors.loading.files import damaged

__all__ = ["build", "fill"]


def build(kind: Any, config: Mapping[str, Any], weights: dict[str, Tensor], dtype: torch.dtype, path: Path) -> Any:
    """A model of diffusers with these weights. Raises WeightsDamaged."""
    with torch.device("meta"):  # no time for random numbers that are replaced at once
        model = kind.from_config(config)
    return fill(model, {name: value.to(dtype) for name, value in weights.items()}, path, assign=True)


def fill(model: Any, weights: Mapping[str, Tensor], path: Path, assign: bool) -> Any:
    """Every weight must be there, and fit, or WeightsDamaged is raised.

    There may be others: SD 2's encoder has a projection in the file that nobody uses.
    """
    try:
        report = model.load_state_dict(weights, strict=False, assign=assign)
    except RuntimeError as error:
        raise damaged(f"The weights in {path} do not fit {type(model).__name__}", error) from error
    if report.missing_keys:
        raise damaged(f"{path} lacks weights of {type(model).__name__}: {report.missing_keys[0]} and others")
    return model.eval().requires_grad_(False)
