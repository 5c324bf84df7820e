"""What can be seen of a run while it goes on: a coarse mesh and a picture, written to the job's folder now and then."""

from __future__ import annotations

import sys
import time

import numpy as np
import torch
from numpy.typing import NDArray

from backend.cameras import ring
from backend.distillation.base import Scene
from backend.fields.base import Field
from backend.meshing.flat_base import base_limit_of
from backend.meshing.preview import preview_level, preview_mesh
from dreamfusion_blender.errors import DiskFull, OutputUnwritable
from dreamfusion_blender.files import replacing
from dreamfusion_blender.protocol import Message
from dreamfusion_blender.store import JobFolder

__all__ = ["Previews", "field_grid"]

RESOLUTION = 40  # points a side of the grid that the mesh is cut from
EVERY = 1.5  # s between two previews at least: as often as a person takes in a change of shape
SHARE = 0.05  # of the backend's time that previews may take; where they are slow there are fewer
VIEW_SIDE = 64  # pixels of the picture, the toybox's own
VIEW_ELEVATION, VIEW_FOV, VIEW_MARGIN = 0.25, 0.75, 1.05  # rad, rad, m: the first ring of denoise-and-fit
VIEW_BACKGROUND = 0.5  # grey


class Previews:
    """Writes a job's preview.npz whenever it may again; the first at once."""

    def __init__(self, job: JobFolder) -> None:
        self.job = job
        self._base_limit = base_limit_of(job)
        self._due = 0.0

    def is_due(self) -> bool:
        """Whether the last one is long enough ago for what it took."""
        return time.monotonic() >= self._due

    def write(self, field: Field, step: int, scene: Scene | None = None) -> Message | None:
        """Write a preview and return its event; None when nothing is there to see, or it could not be written.

        scene: what to look through for the picture; without one that is empty.
        """
        began = time.monotonic()
        surface, albedo = field_grid(field, RESOLUTION)
        level = preview_level(surface, field.density_scale, field.beta)
        vertices, triangles, colours = preview_mesh(surface, albedo, level, self._base_limit)
        picture = np.zeros((0, 0, 3), np.uint8) if scene is None else view(scene)
        event: Message | None = None
        if len(triangles):
            event = {"type": "preview", "step": step, "path": self.job.preview.name}
            try:
                with replacing(self.job.preview) as temporary:
                    np.savez(
                        temporary, vertices=vertices, triangles=triangles, colours=colours, step=step, view=picture
                    )
            except (DiskFull, OutputUnwritable) as error:
                # No reason to end a job: where it matters, at the checkpoint, the same disk will be asked again.
                sys.stderr.write(f"No preview at step {step}: {error.message}\n")
                event = None
        ended = time.monotonic()
        self._due = ended + max(EVERY, (ended - began) / SHARE)
        return event


@torch.no_grad()
def view(scene: Scene) -> NDArray[np.uint8]:
    """The object as a prior is shown it, from the front and a little above, unlit over grey: [H, W, 3] uint8, sRGB."""
    cameras = ring(1, 0.0, VIEW_ELEVATION, VIEW_FOV, VIEW_MARGIN, scene.device)
    seen = scene.renderer(scene.field, cameras.all_rays(VIEW_SIDE), None)
    colour = seen.albedo + (1 - seen.opacity)[:, None] * VIEW_BACKGROUND
    return (colour.clamp(0, 1) * 255).round().to(torch.uint8).view(VIEW_SIDE, VIEW_SIDE, 3).cpu().numpy()


@torch.no_grad()
def field_grid(field: Field, resolution: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """The field as NumPy arrays: surface float32 [N, N, N] and albedo uint8 [N, N, N, 3]."""
    grid = field.to_grid(resolution)
    albedo = (grid.albedo * 255).round().to(torch.uint8)
    return grid.surface.float().cpu().numpy(), albedo.cpu().numpy()
