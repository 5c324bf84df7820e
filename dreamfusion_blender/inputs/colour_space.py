"""Linear colours, as renderers and glTF count them, to sRGB, as pictures do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def srgb_of(linear: NDArray[np.floating]) -> NDArray[np.float32]:
    """Linear values in 0 … 1, any shape, as sRGB (IEC 61966-2-1)."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055).astype(np.float32)


def linear_of(srgb: NDArray[np.floating]) -> NDArray[np.float32]:
    """The inverse of srgb_of."""
    srgb = np.clip(srgb, 0, 1)
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)
