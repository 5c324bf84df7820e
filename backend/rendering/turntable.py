"""The turntable: one picture of an asset from eight sides, coloured above, in clay below."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backend.rendering.rasterize import Camera, Look, Model, render

AZIMUTHS = 8
ELEVATION = np.deg2rad(17.0)
FOV = 0.75  # rad
# A sphere of radius 1 about the origin leaves a tenth of the picture free.
DISTANCE = 1.1 / np.sin(FOV / 2)
RADIUS = 0.9  # of the sphere about the bounding box
CLAY = 0.8  # albedo


def normalised(model: Model) -> Model:
    """The model moved and scaled as the toybox's world places its objects.

    The centre of the bounding box comes to the origin, and the sphere about the box gets radius 0.9.
    """
    low, high = model.vertices.min(axis=0), model.vertices.max(axis=0)
    scale = RADIUS / max(float(np.linalg.norm((high - low) / 2)), 1e-9)
    return replace(model, vertices=(model.vertices - (low + high) / 2) * scale)


def views(model: Model, size: int, look: Look | None = None) -> NDArray[np.float32]:
    """A model from eight sides, from its front counter-clockwise seen from above: [8, size, size, 3] in [0, 1]."""
    model = normalised(model)
    cameras = [Camera(turn * 2 * np.pi / AZIMUTHS, ELEVATION, DISTANCE, FOV) for turn in range(AZIMUTHS)]
    return np.stack([render(model, camera, size, look) for camera in cameras])


def contact_sheet(model: Model, size: int = 160) -> NDArray[np.uint8]:
    """Eight coloured views over eight clay ones: [2 size, 8 size, 3]."""
    rows = [np.concatenate(list(views(model, size, look)), axis=1) for look in (Look(), Look(clay=CLAY))]
    return np.rint(np.concatenate(rows) * 255).astype(np.uint8)


def sheet_cell(sheet: NDArray[np.uint8], row: int, column: int) -> NDArray[np.uint8]:
    """One picture of a contact sheet: row 0 is coloured, row 1 clay; columns are the sides, the front first."""
    size = sheet.shape[1] // AZIMUTHS
    return sheet[row * size : (row + 1) * size, column * size : (column + 1) * size]
