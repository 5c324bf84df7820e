"""What the scene gives a job besides words: the mesh to refine, the guides, and where the front is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..dreamfusion_blender.errors import BadSpec
from ..dreamfusion_blender.inputs import GivenMesh, Inputs, Placement, placement_around
from ..dreamfusion_blender.job import JobSpec
from ..dreamfusion_blender.scene.presence import is_in_any_scene
from ..dreamfusion_blender.scene.reading import (
    as_shown,
    empty_frame,
    read_object,
    read_objects,
    upright_frame,
    world_matrix,
)
from ..dreamfusion_blender.store import fingerprint

if TYPE_CHECKING:
    from bpy.types import Collection, Context, Object


def with_inputs(spec: JobSpec, context: Context, target: Object | None = None) -> tuple[JobSpec, bytes | None]:
    """The spec, and the content of its inputs.npz, for what the scene's settings name.  target: the mesh to refine.

    Raises BadSpec.
    """
    settings = context.scene.dreamfusion_shape
    front = front_of(context)
    frame = frame_of(context, front, target)
    to_frame = np.asarray(np.linalg.inv(frame), np.float64)
    start = None if target is None else read_object(target, context, to_frame)
    guides = {kind: _guide(getattr(settings, kind), kind, context, to_frame) for kind in ("may", "must")}
    meshes = [mesh for mesh in (start, *guides.values()) if mesh is not None]
    if not meshes:
        if front is None:
            return spec, None
        return _named(replace(spec, size=spec.size * scale_of(front)), Inputs(Placement(frame)))
    around = placement_around(meshes, frame=frame)
    if target is not None and start is not None:
        file = context.blend_data.filepath
        around = replace(around, original=world_matrix(target), name=target.name, file=file)
        # The distance that the artist sets is a share of the mesh, whatever lies around it.
        around = replace(around, size=float(np.ptp(start.vertices, axis=0).max()))
    return _named(replace(spec, size=around.size), Inputs(around, start, **guides))


def front_of(context: Context) -> Object | None:
    """The scene's front marker. One that was deleted in the viewport is still named by the setting, and in no scene."""
    front = context.scene.dreamfusion_shape.front
    return front if front is not None and is_in_any_scene(front) else None


def frame_of(context: Context, front: Object | None, target: Object | None = None) -> NDArray[np.float64]:
    """The frame [4, 4] that a job's object stands in: the front marker's, else that of the mesh to refine, else none.

    Raises BadSpec where the mesh is flat, or the marker switched off.
    """
    if front is not None:
        return empty_frame(as_shown(front, context))
    return np.eye(4) if target is None else upright_frame(world_matrix(target))


def scale_of(front: Object) -> float:
    """How many times larger a front marker makes an object that nothing else gives a size in the scene."""
    return float(np.abs(np.array(front.matrix_world.to_scale())).max())


def _named(spec: JobSpec, inputs: Inputs) -> tuple[JobSpec, bytes]:
    content = inputs.validate().to_bytes()
    return replace(spec, inputs=fingerprint(content)).validate(), content


def _guide(collection: Collection | None, kind: str, context: Context, to_frame: np.ndarray) -> GivenMesh | None:
    if collection is None:
        return None
    mesh = read_objects(collection.all_objects, context, to_frame)
    if mesh is None:
        raise BadSpec(f"The collection {collection.name}, where matter {kind} be, has nothing with faces in it")
    return mesh
