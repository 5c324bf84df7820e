"""Places spread evenly over triangles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sample_triangles(corners: NDArray[np.floating], count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """About `count` places spread evenly over triangles [T, 3, 3], at least one on each.

    Returns points [P, 3] and the triangles [P] that they lie on. The same triangles give the same places.
    """
    weights, owners = barycentric_samples(corners, count)
    return np.einsum("pk,pki->pi", weights, corners[owners]), owners


def barycentric_samples(corners: NDArray[np.floating], count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The same as weights of the three corners [P, 3], and the triangles [P]."""
    corners = corners.astype(np.float64)
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    total = max(float(areas.sum()), 1e-30)
    owners = np.repeat(np.arange(len(corners)), 1 + np.floor(areas / total * count).astype(np.int64))
    # The R2 sequence (Roberts 2018), which leaves no holes as chance does, folded from the square onto the triangle.
    golden = 1.324717957244746  # the real root of x³ = x + 1
    u, v = (np.arange(len(owners))[:, None] * np.array([1 / golden, 1 / golden**2]) % 1).T
    outside = u + v > 1
    u, v = np.where(outside, 1 - u, u), np.where(outside, 1 - v, v)
    return np.stack([1 - u - v, u, v], axis=1), owners
