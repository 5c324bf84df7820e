"""The latest coarse mesh of the job at work, drawn into the viewports where the result will stand.

Drawn, not added: a preview that is no data-block needs no cleaning up, and no undo step can bring it back.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader
from numpy.typing import NDArray

from .session import Location, Work

SHADER = "SMOOTH_COLOR"

AMBIENT = 0.45
LIGHT = np.array([0.4, -0.7, 0.6], dtype=np.float32)  # from the front, the right and above


class _Preview:
    """What is drawn at present; `batch` lives on the GPU and is remade when `number` falls behind."""

    handle: Any = None
    batch: Any = None
    number = 0


_shown = _Preview()


def follow(work: Work | None) -> None:
    """Show the job's latest preview; without a job, none."""
    if work is None or work.preview is None:
        hide()
    elif not bpy.app.background and work.previews != _shown.number:
        arrays = load(work.preview, work.location, work.spec.size)
        if arrays is not None:
            _show(*arrays)
            _shown.number = work.previews


def hide() -> None:
    """Draw nothing any more."""
    if _shown.handle is not None:
        bpy.types.SpaceView3D.draw_handler_remove(_shown.handle, "WINDOW")
    _shown.handle, _shown.batch, _shown.number = None, None, 0


def load(
    path: Path, location: Location, size: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int32]] | None:
    """A preview.npz as positions [V, 3] in world space, lit colours [V, 4] and triangles [T, 3].

    Placed like the finished asset: the largest side is `size` metres, the base's centre stands at `location`. None
    when there is nothing to show: an empty mesh, or a file that cannot be read, which the next one will replace.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            vertices, triangles, colours = arrays["vertices"], arrays["triangles"], arrays["colours"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if not len(triangles):
        return None
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    base = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    positions = (vertices - base) * (size / (high - low).max()) + np.array(location)
    shade = AMBIENT + (1 - AMBIENT) * np.clip(_normals(vertices, triangles) @ LIGHT / np.linalg.norm(LIGHT), 0, 1)
    lit = np.concatenate([colours / 255 * shade[:, None], np.ones((len(vertices), 1))], axis=1)
    return positions.astype(np.float32), lit.astype(np.float32), triangles.astype(np.int32)


def _normals(vertices: NDArray[np.float32], triangles: NDArray[np.int32]) -> NDArray[np.float32]:
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    faces = np.cross(b - a, c - a)  # their lengths weigh each face by its area
    normals = np.stack(
        [
            sum(np.bincount(triangles[:, corner], faces[:, axis], len(vertices)) for corner in range(3))
            for axis in range(3)
        ],
        axis=1,
    )
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def _show(positions: NDArray[np.float32], colours: NDArray[np.float32], triangles: NDArray[np.int32]) -> None:
    shader = gpu.shader.from_builtin(SHADER)
    _shown.batch = batch_for_shader(shader, "TRIS", {"pos": positions, "color": colours}, indices=triangles)
    if _shown.handle is None:
        _shown.handle = bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW")


def _draw() -> None:
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.state.depth_mask_set(True)
    _shown.batch.draw(gpu.shader.from_builtin(SHADER))
    gpu.state.depth_mask_set(False)
    gpu.state.depth_test_set("NONE")
