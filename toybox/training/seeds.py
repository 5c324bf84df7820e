"""Random numbers as a function of what they are for, so that a run that is taken up goes on with the same ones."""

from __future__ import annotations

import hashlib

import numpy as np
import torch

__all__ = ["numpy_stream", "torch_stream"]


def torch_stream(device: torch.device, *purpose: object) -> torch.Generator:
    """A generator on the device; the same for the same purpose, such as ("batch", seed, step)."""
    return torch.Generator(device).manual_seed(_number(purpose))


def numpy_stream(*purpose: object) -> np.random.Generator:
    """numpy's."""
    return np.random.default_rng(_number(purpose))


def _number(purpose: tuple[object, ...]) -> int:
    digest = hashlib.sha256("/".join(map(str, purpose)).encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1  # torch takes seeds below 2⁶³
