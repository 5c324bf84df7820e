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
    from bpy.types import Collection, Context, Object, Scene, ViewLayer

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
    is_free = is_free and not _guides(active.collection, context.scene)
    target = active.collection if is_free else context.scene.collection
    target.objects.link(added)
    show_in_local_views(added, context.view_layer)
    if select and context.mode == "OBJECT":
        select_only(added, context)


def _is_own(collection: Collection) -> bool:
    """Whether objects may be linked into it: into another file's collection they may not, nor into its override."""
    return collection.library is None and collection.override_library is None


def _guides(collection: Collection, scene: Scene) -> bool:
    """Whether what is in it is a guide: a result among guides would shape the next one."""
    settings = getattr(scene, "dreamfusion_shape", None)  # where the extension is enabled
    named = (None, None) if settings is None else (settings.may, settings.must)
    return any(each is not None and collection in (each, *each.children_recursive) for each in named)


def show_in_local_views(added: Object, layer: ViewLayer) -> None:
    """Show a new object also where a viewport shows chosen ones alone, as Blender does with what it adds itself."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas if window.view_layer == layer else ():
            space = area.spaces.active
            if area.type == "VIEW_3D" and space.local_view is not None:
                added.local_view_set(space, True)


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
