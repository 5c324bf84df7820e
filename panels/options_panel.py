"""What is asked of the prior beside which one, and changes of the preset's inner settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Panel

from ..operators.prior_options import options_of
from ..operators.settings import prior_of
from .advanced_panel import DREAMFUSION_PT_advanced
from .section import Section

if TYPE_CHECKING:
    from bpy.types import Context, UILayout


class DREAMFUSION_PT_prior_options(Section, Panel):
    """LoRA files, a fast encoder, a configuration, the size and precision of pictures, where the prior takes them"""

    bl_label = "Prior Options"
    bl_parent_id = DREAMFUSION_PT_advanced.__name__

    @classmethod
    def poll(cls, context: Context) -> bool:
        """Only for priors that have any."""
        return bool(options_of(prior_of(context.scene.dreamfusion)))

    def draw(self, context: Context) -> None:
        """Draw those that the prior's family takes."""
        layout, settings = self.layout, context.scene.dreamfusion
        options = options_of(prior_of(settings))
        if "loras" in options:
            column = layout.column(align=True)
            for index, lora in enumerate(settings.loras):
                row = column.row(align=True)
                row.prop(lora, "path", text="")
                row.prop(lora, "weight", text="")
                remove_button(row, "loras", index)
            add_button(column, "loras", "Add LoRA")
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in ("fast_encoder", "configuration", "picture_size", "precision"):
            if name in options:
                layout.prop(settings, name)


class DREAMFUSION_PT_overrides(Section, Panel):
    """Inner settings of the preset, changed one by one"""

    bl_label = "Overrides"
    bl_parent_id = DREAMFUSION_PT_advanced.__name__
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Context) -> None:
        """Draw a row for each: its name, its value and the button that removes it."""
        column = self.layout.column(align=True)
        for index, override in enumerate(context.scene.dreamfusion.overrides):
            row = column.row(align=True)
            row.prop(override, "name", text="")
            row.prop(override, "value", text="")
            remove_button(row, "overrides", index)
        add_button(column, "overrides", "Add Override")


def add_button(layout: UILayout, rows: str, label: str) -> None:
    """The button that adds a row to a list of the settings'."""
    layout.operator("dreamfusion.add_row", text=label, icon="ADD").rows = rows


def remove_button(layout: UILayout, rows: str, index: int) -> None:
    """The button at a row's end."""
    button = layout.operator("dreamfusion.remove_row", text="", icon="X")
    button.rows, button.index = rows, index
