"""The settings an object's mesh is to be cut again with, shown in the panel as sliders.

They are kept in the object: `dreamfusion_cut` says what its mesh was cut with, `dreamfusion_cut_next` what somebody set
since. Without the second, the sliders show the first.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty, PointerProperty
from bpy.types import PropertyGroup

from ..dreamfusion_blender.cut import CutSettings
from ..dreamfusion_blender.job import JobSpec
from ..dreamfusion_blender.ranges import bounds
from ..dreamfusion_blender.scene.placing import JOB_PROPERTY, PROPERTY_PREFIX

if TYPE_CHECKING:
    from bpy.types import Context, Object

CUT_PROPERTY = f"{PROPERTY_PREFIX}cut"
NEXT_PROPERTY = f"{PROPERTY_PREFIX}cut_next"
FOUND_PROPERTY = f"{PROPERTY_PREFIX}found_level"

SYMMETRY = (
    ("none", "None", "As the field is"),
    ("left", "Left", "The half at -X, left as seen from the front, and its mirror image"),
    ("right", "Right", "The half at +X, right as seen from the front, and its mirror image"),
)
_SYMMETRY_NAMES = [each[0] for each in SYMMETRY]
_DEFAULTS = CutSettings().resolved(JobSpec()).to_json()


def generated_object(context: Context) -> Object | None:
    """The active object, if it is a mesh that a job made."""
    active = context.view_layer.objects.active
    is_ours = active is not None and active.type == "MESH" and isinstance(active.get(JOB_PROPERTY), str)
    return active if is_ours else None


def cut_of(target: Object) -> dict[str, Any]:
    """What the sliders show: the settings that the object's next mesh is to be cut with."""
    return {**_DEFAULTS, **_read(target, CUT_PROPERTY), **_read(target, NEXT_PROPERTY)}


def forget_next(target: Object) -> None:
    """What was set has been done."""
    if NEXT_PROPERTY in target:
        del target[NEXT_PROPERTY]


def _read(target: Object, key: str) -> dict[str, Any]:
    try:
        values = json.loads(target.get(key, "{}"))
    except (TypeError, ValueError):
        return {}  # a custom property that somebody wrote something else into
    return {k: v for k, v in values.items() if k in _DEFAULTS} if isinstance(values, dict) else {}


def _number(name: str) -> dict[str, Callable[..., Any]]:
    def get(settings: PropertyGroup) -> Any:
        return cut_of(settings.id_data)[name] or 0  # None: as it is stored

    def set_(settings: PropertyGroup, value: Any) -> None:
        _set(settings.id_data, name, value)

    return {"get": get, "set": set_}


def _choice() -> dict[str, Callable[..., Any]]:
    def get(settings: PropertyGroup) -> int:
        chosen = cut_of(settings.id_data)["symmetry"]
        return _SYMMETRY_NAMES.index(chosen) if chosen in _SYMMETRY_NAMES else 0

    def set_(settings: PropertyGroup, value: int) -> None:
        _set(settings.id_data, "symmetry", _SYMMETRY_NAMES[value])

    return {"get": get, "set": set_}


def _set(target: Object, name: str, value: Any) -> None:
    target[NEXT_PROPERTY] = json.dumps({**_read(target, NEXT_PROPERTY), name: value})


SETTINGS: dict[str, Callable[..., Any]] = {
    "threshold": partial(
        FloatProperty,
        name="Threshold",
        description=(
            "Added to the level that was found, in metres of the field's unit ball: "
            "more makes the object thinner, less makes it thicker"
        ),
        soft_min=-0.2,
        soft_max=0.2,
        step=0.1,
        precision=3,
        **bounds("threshold"),
    ),
    "resolution": partial(
        IntProperty,
        name="Resolution",
        description=(
            "Points along each side of the grid that is cut; 0: as it is stored (128). More bring no detail that "
            "was not found, but smoother slopes and smaller steps"
        ),
        min=0,
        max=bounds("resolution")["max"],
    ),
    "smoothing": partial(
        IntProperty,
        name="Smoothing",
        description="Rounds of smoothing, which take the staircase and ripples, and leave edges and the volume",
        **bounds("smoothing"),
    ),
    "symmetry": partial(
        EnumProperty,
        name="Symmetry",
        description="Keep one half and mirror it at the object's own x = 0",
        items=SYMMETRY,
    ),
    "triangles": partial(IntProperty, name="Triangles", description="At most so many", **bounds("triangles")),
    "texture_size": partial(
        IntProperty,
        name="Texture Size",
        description="Pixels along each side of the texture",
        subtype="PIXEL",
        **bounds("texture_size"),
    ),
    "size": partial(
        FloatProperty,
        name="Size",
        description="The largest side, before the object's own scale",
        unit="LENGTH",
        **bounds("size"),
    ),
}
"""By name, what makes each of them a property of Blender, but for where that keeps its value."""

NAMES = tuple(SETTINGS)


def stored_properties() -> dict[str, Any]:
    """The settings as the panel shows them, which are kept in the object."""
    return {name: make(**(_choice() if name == "symmetry" else _number(name))) for name, make in SETTINGS.items()}


def given_properties() -> dict[str, Any]:
    """The settings as an operator is given them; none is kept, since another object has other settings."""
    return {name: make(default=_DEFAULTS[name] or 0, options={"SKIP_SAVE"}) for name, make in SETTINGS.items()}


class DREAMFUSION_PG_field(PropertyGroup):
    """What the object's mesh is to be cut with the next time."""

    __annotations__ = stored_properties()


def register() -> None:
    """Attach the settings to every object."""
    bpy.utils.register_class(DREAMFUSION_PG_field)
    bpy.types.Object.dreamfusion_field = PointerProperty(type=DREAMFUSION_PG_field)


def unregister() -> None:
    """Detach them again; what was set stays in the objects."""
    del bpy.types.Object.dreamfusion_field
    bpy.utils.unregister_class(DREAMFUSION_PG_field)
