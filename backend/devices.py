"""Which device to compute on."""

from __future__ import annotations

import re

import torch

from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.machine import usual_device

__all__ = ["choose_device", "empty_cache"]


def choose_device(name: str) -> torch.device:
    """The device a job asks for; `auto` is the machine's usual one, which by itself is a CUDA GPU, else Apple's, else
    the CPU.

    Raises BadSpec when the machine, or this build of torch, does not have it.
    """
    # Without a CUDA that starts, device_count may still count what the driver lists.
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    usable = [index for index in range(count) if _has_kernels(index)]
    have_cuda, have_mps = 0 in usable, torch.backends.mps.is_available()
    name = usual_device(name)
    if name == "auto":
        return torch.device("cuda" if have_cuda else "mps" if have_mps else "cpu")
    device = torch.device(name)
    if (device.type == "cuda" and (device.index or 0) not in usable) or (device.type == "mps" and not have_mps):
        have = ["cpu", *(["mps"] if have_mps else []), *(f"cuda:{index}" for index in usable)]
        raise BadSpec(f"The device {name} is not available here; there are: {', '.join(have)}, or say auto")
    return device


def _has_kernels(index: int) -> bool:
    """Whether this build of torch can run on a CUDA GPU: it has code for its generation, or some to be compiled."""
    names = torch.cuda.get_arch_list()
    device = torch.cuda.get_device_capability(index)
    for kind, number in re.findall(r"(sm|compute)_(\d+)", " ".join(names)):
        major, minor = divmod(int(number), 10)
        if (major, minor) <= device and (kind == "compute" or major == device[0]):
            return True
    return not any(name.startswith("sm_") for name in names)  # AMD's are called otherwise


def empty_cache() -> None:
    """Give memory that torch holds in reserve back to the GPU, so that a renderer can have it."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
