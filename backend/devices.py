"""Which device to compute on."""

from __future__ import annotations

import torch

from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.machine import usual_device

__all__ = ["choose_device", "empty_cache"]


def choose_device(name: str) -> torch.device:
    """The device a job asks for; `auto` is the machine's usual one, which by itself is a CUDA GPU, else Apple's, else
    the CPU.

    Raises BadSpec when the machine, or this build of torch, does not have it.
    """
    have_cuda, have_mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    name = usual_device(name)
    if name == "auto":
        return torch.device("cuda" if have_cuda else "mps" if have_mps else "cpu")
    device = torch.device(name)
    count = torch.cuda.device_count()
    if (device.type == "cuda" and (device.index or 0) >= count) or (device.type == "mps" and not have_mps):
        have = ["cpu", *(["mps"] if have_mps else []), *(f"cuda:{index}" for index in range(count))]
        raise BadSpec(f"The device {name} is not available here; there are: {', '.join(have)}, or say auto")
    return device


def empty_cache() -> None:
    """Give memory that torch holds in reserve back to the GPU, so that a renderer can have it."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
