"""What is asked of a shape besides words: the mesh to refine, guides, constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Panel

from ..dreamfusion_blender.scene.standing import hidden_under
from ..translations import translated
from .section import Section

if TYPE_CHECKING:
    from bpy.types import Context


class DREAMFUSION_PT_refine(Section, Panel):
    """Start from the selected mesh instead of from nothing"""

    bl_label = "Refine"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Context) -> None:
        """Draw the two sliders and the button, and another where an original is hidden under the active object."""
        layout, shape = self.layout, context.scene.dreamfusion_shape
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(shape, "strength")
        layout.prop(shape, "distance")
        row = layout.row()
        row.scale_y = 1.3
        row.operator("dreamfusion.start_refine", icon="MOD_SMOOTH")
        if hidden_under(context.view_layer.objects.active) is not None:
            layout.operator("dreamfusion.show_original", icon="HIDE_OFF")


class DREAMFUSION_PT_guides(Section, Panel):
    """Where matter may be and must be, and where the front is"""

    bl_label = "Guides"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Context) -> None:
        """Draw the choices, each with its weight, and what is shown of them in the viewport."""
        layout, shape = self.layout, context.scene.dreamfusion_shape
        layout.use_property_split = True
        layout.use_property_decorate = False
        row = layout.row(align=True)
        row.prop(shape, "front")
        row.operator("dreamfusion.add_front", text="", icon="EMPTY_ARROWS")
        for kind in ("may", "must"):
            layout.prop(shape, kind)
            if getattr(shape, kind) is not None:
                layout.prop(shape, f"{kind}_weight", slider=True)
        layout.prop(shape, "volume")


class DREAMFUSION_PT_constraints(Section, Panel):
    """Proportions, symmetry, colours, a base"""

    bl_label = "Constraints"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Context) -> None:
        """Draw each wish, with its weight where it is one."""
        layout, shape = self.layout, context.scene.dreamfusion_shape
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(shape, "symmetry")
        if shape.symmetry == "soft":
            layout.prop(shape, "symmetry_weight", slider=True)
        layout.prop(shape, "flat_base")
        layout.prop(shape, "use_ratio")
        if shape.use_ratio:
            layout.prop(shape, "ratio")
            layout.prop(shape, "ratio_weight", slider=True)
        layout.prop(shape, "use_palette")
        if shape.use_palette:
            for index, each in enumerate(shape.colours):
                row = layout.row(align=True)
                row.prop(each, "colour", text=translated(f"Colour {index + 1}"))
                row.operator("dreamfusion.remove_colour", text="", icon="X").index = index
            layout.operator("dreamfusion.add_colour", icon="ADD")
            layout.prop(shape, "palette_weight", slider=True)
