"""What there is to say about the selected asset, and what can still be changed: its quality and its field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Panel

from ..dreamfusion_blender.quality import REEXTRACT, State
from ..dreamfusion_blender.scene.placing import JOB_PROPERTY
from ..operators.field_settings import NAMES, cut_of, generated_object
from ..operators.quality_shelf import quality_of
from ..operators.reextract import describe_found, seconds
from ..translations import translated
from .section import Section
from .words import draw_text

if TYPE_CHECKING:
    from bpy.types import Context, UILayout

    from ..dreamfusion_blender.quality import Finding

ICONS: dict[State, str] = {"good": "CHECKMARK", "look": "QUESTION", "bad": "ERROR"}
STORED_POINTS = 128  # a side, of what the engine keeps


class _AssetPanel(Section):
    @classmethod
    def poll(cls, context: Context) -> bool:
        """There is a generated object to speak of."""
        return generated_object(context) is not None


class DREAMFUSION_PT_quality(_AssetPanel, Panel):
    """How the selected asset came out"""

    bl_label = "Quality"

    def draw(self, context: Context) -> None:
        """Draw each finding in words with a symbol, and the button that may help."""
        target = generated_object(context)
        assert target is not None
        shelf = quality_of(target[JOB_PROPERTY])
        if shelf.error is not None:
            draw_text(self.layout, context, shelf.error.message, icon="INFO")
        for finding in shelf.findings:
            draw_finding(self.layout, context, finding, cut_of(target))
        draw_colours(self.layout, context)


class DREAMFUSION_PT_field(_AssetPanel, Panel):
    """The field that the selected asset was cut from"""

    bl_label = "Field"

    def draw(self, context: Context) -> None:
        """Draw the settings, where the threshold's 0 is, how long it takes, and the button."""
        layout = self.layout
        target = generated_object(context)
        assert target is not None
        column = layout.column()
        column.use_property_split = True
        column.use_property_decorate = False
        for name in NAMES:
            column.prop(target.dreamfusion_field, name)
            if name == "threshold" and (found := describe_found(target)):
                draw_text(column, context, found)
            if name == "resolution" and target.dreamfusion_field.resolution > STORED_POINTS:
                draw_text(column, context, "Smoother than what is stored, with no new detail", icon="INFO")
        layout.operator(REEXTRACT, icon="MOD_REMESH")
        draw_text(layout, context, f"Takes about {seconds():.0f} s, in which Blender waits", icon="TIME")


def draw_colours(layout: UILayout, context: Context) -> None:
    """Where solid shading shows one colour for all of the object: the choice of the one that shows its texture."""
    shading = context.space_data.shading
    if shading.type == "SOLID" and shading.color_type != "TEXTURE":
        draw_text(layout, context, "Texture shows its colours", icon="INFO")
        layout.prop(shading, "color_type", text="Colours")


def draw_finding(layout: UILayout, context: Context, finding: Finding, shown: dict[str, object]) -> None:
    """One finding and its button."""
    draw_text(layout, context, finding.words, icon=ICONS[finding.state])
    if finding.help is None:
        return
    button = layout.operator(finding.help.operator, text=translated(finding.help.label))
    if finding.help.operator == REEXTRACT:
        # The other settings as the sliders show them: a button with some of its settings given is told all of them.
        for name, value in {**shown, **finding.help.values}.items():
            setattr(button, name, value or 0 if name != "symmetry" else value)
