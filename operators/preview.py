"""Reading a preview: from the job's folder into the live object's frame, no finer than can be shown in time.

No bpy in here: it is done in a thread.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..dreamfusion_blender.inputs import Placement

_FIRST_GUESS = 0.5  # cells along the longest side for the square root of the triangles wanted, of a compact shape
_COARSER = 0.8  # times as many cells, when these were too many


@dataclass(frozen=True)
class Picture:
    """What the prior is shown. pixels: [H, W, 3] uint8, sRGB, the top row first."""

    pixels: NDArray[np.uint8]


@dataclass(frozen=True)
class Shape:
    """vertices: [V, 3] in metres.  triangles: [T, 3].  colours: [V, 3] uint8, sRGB."""

    vertices: NDArray[np.float32]
    triangles: NDArray[np.int32]
    colours: NDArray[np.uint8]
    picture: Picture | None


def load(path: Path, size: float, most: int, placement: Placement | None = None) -> Shape | None:
    """A preview.npz as it is to stand in the scene: with at most `most` triangles, its largest side `size` metres.

    Like the finished asset it has its origin at the centre of its base, or where the job's placement says. None when
    there is nothing to show: an empty mesh, or a file that cannot be read, which the next one will replace.
    """
    try:
        # Read at once, so that on Windows the backend can put the next one in its place.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            vertices, triangles, colours, view = (arrays[name] for name in ("vertices", "triangles", "colours", "view"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if not len(triangles):
        return None
    if placement is not None and placement.radius is not None:
        matrix = placement.from_field()
        placed = (vertices @ matrix[:3, :3].T + matrix[:3, 3]).astype(np.float32)
        if np.linalg.det(matrix[:3, :3]) < 0:
            triangles = triangles[:, ::-1]  # the object is a mirror image, and turns them once more
        shape = Shape(placed, triangles.astype(np.int32), colours, Picture(view) if view.size else None)
        return thinned(shape, most)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    base = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    placed = ((vertices - base) * (size / float((high - low).max()))).astype(np.float32)
    shape = Shape(placed, triangles.astype(np.int32), colours, Picture(view) if view.size else None)
    return thinned(shape, most)


def thinned(shape: Shape, most: int) -> Shape:
    """The same with at most `most` triangles: vertices that share a cell of a grid become one, their mean.

    Quick rather than good; what is shown for a second may have a seam.
    """
    cells = _FIRST_GUESS * most**0.5
    while len(shape.triangles) > most:
        coarse = _clustered(shape, max(2, round(cells)))
        if len(coarse.triangles) <= most or cells <= 2:
            return coarse
        cells *= _COARSER
    return shape


def _clustered(shape: Shape, cells: int) -> Shape:
    low = shape.vertices.min(axis=0)
    cell = float(np.ptp(shape.vertices, axis=0).max()) / cells
    index = np.floor((shape.vertices - low) / cell).astype(np.int64)
    key = (index[:, 0] * (cells + 1) + index[:, 1]) * (cells + 1) + index[:, 2]
    _, cluster, counts = np.unique(key, return_inverse=True, return_counts=True)
    cluster = cluster.reshape(-1)  # NumPy 2.0 alone gives it another shape

    def mean(values: NDArray[np.float32] | NDArray[np.uint8]) -> NDArray[np.float64]:
        return np.stack([np.bincount(cluster, values[:, axis]) for axis in range(3)], axis=1) / counts[:, None]

    triangles = cluster[shape.triangles]
    a, b, c = triangles.T
    triangles = triangles[(a != b) & (b != c) & (c != a)]
    _, first = np.unique(np.sort(triangles, axis=1), axis=0, return_index=True)
    colours = np.rint(mean(shape.colours)).astype(np.uint8)
    kept = triangles[np.sort(first)].astype(np.int32)
    return Shape(mean(shape.vertices).astype(np.float32), kept, colours, shape.picture)
