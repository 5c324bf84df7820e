"""Settings that are rarely changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Panel

from .section import Section

if TYPE_CHECKING:
    from bpy.types import Context


class DREAMFUSION_PT_advanced(Section, Panel):
    """What the presets and defaults decide for most jobs"""

    bl_label = "Advanced"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Context) -> None:
        """Draw the settings, split into names and values."""
        layout, settings = self.layout, context.scene.dreamfusion
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(settings, "negative_prompt")
        column = layout.column(align=True)
        column.prop(settings, "steps")
        column.prop(settings, "views")
        column.prop(settings, "device")
        column = layout.column(align=True)
        column.prop(settings, "size")
        column.prop(settings, "triangles")
        column.prop(settings, "texture_size")
