"""What the artist asks of a shape besides words: sliders, guides, a front, colours; stored with the scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
)
from bpy.types import Collection, Object, Operator, PropertyGroup

from ..dreamfusion_blender.constraints import ConstraintSettings
from ..dreamfusion_blender.job import JobSpec
from ..dreamfusion_blender.ranges import bounds
from .prior_options import as_typed

if TYPE_CHECKING:
    from bpy.types import Context

_JOB = JobSpec()
_USUAL = ConstraintSettings()

SYMMETRIES = (
    ("none", "None", "Left and right are independent"),
    ("soft", "Soft", "Left and right are drawn to each other"),
    ("exact", "Exact", "The left side is the mirror image of the right, in shape and colour"),
)


def _weight(name: str) -> Any:
    return FloatProperty(
        name=name, description="How strongly: 1 is usual, 0 is off", default=1.0, min=0.0, soft_max=3.0, max=100.0
    )


VOLUMES = (
    ("auto", "With Guides", "What Generate may fill, while a guide or a front marker is set"),
    ("generate", "For Generate", "What Generate may fill, with guides or without"),
    ("refine", "For Refine", "What Refine may fill around the active object; its distance limits it further"),
    ("off", "Off", "Draw nothing"),
)


class DREAMFUSION_PG_colour(PropertyGroup):
    """One colour of the palette."""

    colour: FloatVectorProperty(
        name="Colour",
        description="One that the object may have",
        subtype="COLOR_GAMMA",
        size=3,
        min=0.0,
        max=1.0,
        default=(0.8, 0.2, 0.1),
    )


class DREAMFUSION_PG_shape(PropertyGroup):
    """One scene's wishes."""

    strength: FloatProperty(
        name="Strength",
        description="How much the prior may change a refined mesh: low keeps its looks, 1 forgets them",
        subtype="FACTOR",
        default=_JOB.strength,
        **bounds("strength"),
    )
    distance: FloatProperty(
        name="Distance",
        description="How far the surface may move at most, as a share of the mesh's largest side. 0 only paints",
        subtype="FACTOR",
        precision=3,
        default=_JOB.distance,
        soft_max=0.3,
        **bounds("distance"),
    )
    front: PointerProperty(
        name="Front",
        description="An empty: the object stands where it is, turned as it is, its front along the empty's −Y",
        type=Object,
        poll=lambda _self, each: each.type == "EMPTY",
    )
    may: PointerProperty(
        name="May", description="Boxes, spheres or any meshes: matter outside of them is taken away", type=Collection
    )
    must: PointerProperty(
        name="Must", description="Boxes, spheres or any meshes: matter is kept inside of them", type=Collection
    )
    volume: EnumProperty(
        name="Show Volume",
        description="Draw the room that the object can take up in the viewport, with an arrow at its front",
        items=VOLUMES,
    )
    may_weight: _weight("May Weight")
    must_weight: _weight("Must Weight")
    symmetry: EnumProperty(name="Symmetry", description="Of left and right", items=SYMMETRIES)
    symmetry_weight: _weight("Symmetry Weight")
    use_ratio: BoolProperty(name="Proportions", description="Give the bounding box fixed proportions")
    ratio: FloatVectorProperty(
        name="Ratio",
        description="Width, depth and height of the bounding box in proportion to each other",
        subtype="XYZ",
        default=(1.0, 1.0, 1.0),
        min=0.05,
        soft_max=5.0,
        max=20.0,
    )
    ratio_weight: _weight("Ratio Weight")
    use_palette: BoolProperty(name="Palette", description="Draw the colours to the nearest ones of a list")
    colours: CollectionProperty(type=DREAMFUSION_PG_colour)
    palette_weight: _weight("Palette Weight")
    flat_base: BoolProperty(name="Flat Base", description="Cut the object off at a plane that it stands on")


class DREAMFUSION_OT_add_colour(Operator):
    """Add a colour to the palette"""

    bl_idname = "dreamfusion.add_colour"
    bl_label = "Add Colour"
    bl_options = {"INTERNAL", "UNDO"}

    def execute(self, context: Context) -> set[str]:
        """At the end."""
        context.scene.dreamfusion_shape.colours.add()
        return {"FINISHED"}


class DREAMFUSION_OT_remove_colour(Operator):
    """Remove this colour from the palette"""

    bl_idname = "dreamfusion.remove_colour"
    bl_label = "Remove Colour"
    bl_options = {"INTERNAL", "UNDO"}

    index: IntProperty(name="Index", description="Which colour, counted from 0")

    def execute(self, context: Context) -> set[str]:
        """Wherever it is."""
        context.scene.dreamfusion_shape.colours.remove(self.index)
        return {"FINISHED"}


def shape_values(context: Context) -> dict[str, Any]:
    """The job spec's fields that come from here: strength, distance, and the constraints that differ from none."""
    shape = context.scene.dreamfusion_shape
    found: dict[str, Any] = {name: getattr(shape, name) for name in ("symmetry", "flat_base")}
    weights = ["may", "must", "symmetry"]
    if shape.use_ratio:
        found["ratio"] = ":".join(f"{side:g}" for side in shape.ratio)
        weights.append("ratio")
    if shape.use_palette and len(shape.colours):
        found["palette"] = " ".join(_hex(each.colour) for each in shape.colours)
        weights.append("palette")
    found |= {f"{name}_weight": as_typed(getattr(shape, f"{name}_weight")) for name in weights}
    changed = {name: value for name, value in found.items() if value != getattr(_USUAL, name)}
    overrides = {f"constraints.{name}": value for name, value in changed.items()}
    return {"strength": as_typed(shape.strength), "distance": as_typed(shape.distance), "overrides": overrides}


def _hex(colour: Any) -> str:
    return "#" + "".join(f"{round(255 * value):02x}" for value in colour)


def register() -> None:
    """Attach the wishes to every scene."""
    for each in (DREAMFUSION_PG_colour, DREAMFUSION_PG_shape):
        bpy.utils.register_class(each)
    bpy.types.Scene.dreamfusion_shape = PointerProperty(type=DREAMFUSION_PG_shape)


def unregister() -> None:
    """Detach them again; what was set stays in the .blend file."""
    del bpy.types.Scene.dreamfusion_shape
    for each in (DREAMFUSION_PG_shape, DREAMFUSION_PG_colour):
        bpy.utils.unregister_class(each)
