"""An asset placed in the scene: linked, at the 3D cursor, selected, and marked with where it came from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import bpy

from ..inputs import Placement
from ..store import JobFolder
from .material import build_material
from .mesh import build_mesh
from .standing import stand

if TYPE_CHECKING:
    from bpy.types import Collection, Context, Object

    from ..asset import Asset
    from .stage import Stage

PROPERTY_PREFIX = "dreamfusion_"
JOB_PROPERTY = f"{PROPERTY_PREFIX}job"  # the job's id


def add_asset(asset: Asset, context: Context | Stage | None = None, location: Sequence[float] | None = None) -> Object:
    """Add the asset to the context's scene and return the new object.

    location: metres, world space; without one the scene's 3D cursor. What was refined or guided stands where its job
    says instead, but not what was made of such an asset: that has its rotation and scale alone. The object becomes
    the only selected and the active one, except while another is being edited, whose mode must not be disturbed.
    Pushes no undo step: that is the calling operator's affair. Raises JobDamaged.
    """
    context = context or bpy.context
    location = context.scene.cursor.location if location is None else location
    placement = Placement.of(asset.job_folder)
    mesh = build_mesh(asset)
    mesh.materials.append(build_material(asset.name, asset.albedo_png))
    result = bpy.data.objects.new(asset.name, mesh)
    mark_origin(result, asset.provenance)
    place(result, context, location)
    if placement is not None and asset.job_folder is not None:
        is_child = JobFolder.open(asset.job_folder).spec.origin is not None
        stand(result, placement, location if is_child else None)
    return result


def place(added: Object, context: Context | Stage, location: Sequence[float], select: bool = True) -> None:
    """Link a new object into the active collection, at `location` in metres, and select it if it may be."""
    added.location = location
    active = context.view_layer.active_layer_collection
    is_free = active.is_visible and not active.exclude and _is_own(active.collection)
    target = active.collection if is_free else context.scene.collection
    target.objects.link(added)
    if select and context.mode == "OBJECT":
        select_only(added, context)


def _is_own(collection: Collection) -> bool:
    """Whether objects may be linked into it: into another file's collection they may not, nor into its override."""
    return collection.library is None and collection.override_library is None


def mark_origin(made: Object, provenance: dict[str, Any]) -> None:
    """Write into the object where it came from."""
    for key, value in provenance_properties(provenance).items():
        made[key] = value


def select_only(chosen: Object, context: Context | Stage) -> None:
    """Make `chosen` the one selected and active object of the view layer."""
    for each in context.view_layer.objects.selected:
        each.select_set(False)
    chosen.select_set(True)
    context.view_layer.objects.active = chosen


def provenance_properties(provenance: dict[str, Any]) -> dict[str, int | float | str]:
    """The provenance as custom properties: numbers and text as they are, anything nested as JSON."""
    plain = {key: value for key, value in provenance.items() if value is not None}
    return {
        PROPERTY_PREFIX + key: value if isinstance(value, (int, float, str)) else json.dumps(value)
        for key, value in plain.items()
    }
