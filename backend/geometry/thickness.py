"""How far a shape's surface may recede everywhere without a part of it being eaten."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

__all__ = ["room_to_recede"]

FINER: Final = 2**-0.5  # between one radius that is tried and the next
MIDDLE: Final = 2 / 3  # of its part's half thickness that a voxel lies deep at least where it tells that thickness
KEPT: Final = 0.5  # of a part's half thickness that stays


def room_to_recede(surface: NDArray[np.float32], limit: float) -> NDArray[np.float32]:
    """[N, N, N] in m, at most `limit`: how far a signed distance [N, N, N] over [-1, 1]³ may fall at each voxel.

    Half of a part's half thickness on and around it, and more with the distance from it, so that where a thin part
    meets a thick one the thick one does not recede from it.  The half thickness is the radius of the largest ball
    within the shape that holds the place (Hildebrand & Rüegsegger 1997, "local thickness"), known in the middle of
    a part alone: corners are thin by that measure, and nothing that would be missed.
    """
    step = 2 / (len(surface) - 1)
    thickness = _local_thickness(surface, limit / (1 - KEPT), step)
    middle = (thickness > 0) & (surface > MIDDLE * thickness)
    room = np.full(surface.shape, limit, np.float32)
    for radius in np.unique(thickness[middle]):
        away = step * _distance_from(middle & (thickness == radius))
        room = np.minimum(room, (1 - KEPT) * (radius + np.maximum(away - radius, 0)))
    return room.astype(np.float32)


def _local_thickness(surface: NDArray[np.float32], most: float, step: float) -> NDArray[np.float32]:
    """[N, N, N] in m: the radius of the largest ball within the shape that holds a voxel, 0 where none does.

    Of radii between a quarter of a voxel and `most`; balls of one radius are the shape's opening by it.
    """
    thickness = np.zeros(surface.shape, np.float32)
    radius = most
    radii = [most]
    while (radius := radius * FINER) > step / 4:
        radii.append(radius)
    for radius in reversed(radii):
        centres = surface >= radius
        if centres.any():
            thickness[(step * _distance_from(centres) < radius + step / 2) & (surface > 0)] = radius
    return thickness


def _distance_from(voxels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """[N, N, N] in voxels, from the nearest of these."""
    return np.asarray(distance_transform_edt(~voxels), np.float64)
