"""The main panel: the prompt, the button, and how far the job has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Panel

from ..dreamfusion_blender.errors import NothingKnown
from ..operators.hands_off import is_browsing
from ..operators.live_view import view
from ..operators.session import session
from ..operators.settings import CUSTOM
from ..operators.work import Work
from ..translations import translated
from .models import draw_download
from .setup import draw_setup
from .waiting import draw_waiting
from .words import draw_text, duration

if TYPE_CHECKING:
    from bpy.types import Context, UILayout

CATEGORY = "DreamFusion"


class DREAMFUSION_PT_generate(Panel):
    """A text prompt becomes a textured mesh"""

    bl_label = "DreamFusion"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY

    def draw(self, context: Context) -> None:
        """Draw the settings, the button and the state of the session."""
        layout = self.layout
        draw_setup(layout, context)
        draw_settings(layout, context)
        if session.work is not None:
            draw_work(layout, context, session.work)
        draw_download(layout, context)
        row = layout.row(align=True)
        row.scale_y = 1.5
        if session.work is not None:
            row.operator("dreamfusion.stop", icon="SNAP_FACE")
            row.operator("dreamfusion.pause", icon="PAUSE")
            row.operator("dreamfusion.cancel", text="", icon="X")
        else:
            row.operator("dreamfusion.start", icon="SHADERFX")
        draw_messages(layout, context)
        draw_waiting(layout, context)


def draw_settings(layout: UILayout, context: Context) -> None:
    """The settings that every job has its own of."""
    settings = context.scene.dreamfusion
    row = layout.row(align=True)
    row.prop(settings, "prompt", text="", icon="GREASEPENCIL", placeholder="a red mug")
    row.operator("dreamfusion.known_words", text="", icon="PRESET")
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    row = column.row(align=True)
    row.prop(settings, "seed")
    row.operator("dreamfusion.roll_seed", text="", icon="FILE_REFRESH")
    column.prop(settings, "preset")
    column.prop(settings, "prior")
    if settings.prior == CUSTOM:
        column.prop(settings, "custom_prior")


def draw_work(layout: UILayout, context: Context, work: Work) -> None:
    """The job at work: its prompt, its stage and the bar."""
    column = layout.column(align=True)
    text = f"{work.stage} ({work.step} of {work.steps})" if work.steps else work.stage
    column.progress(factor=work.fraction, type="BAR", text=translated(text))
    if work.seconds_left is None:
        column.label(text="")  # or the buttons below would jump under the hand when the time left is known
    else:
        column.label(text=translated("{} left").format(duration(work.seconds_left)), icon="TIME")
    if work.need:
        draw_text(column, context, work.need, icon="INFO")


def draw_messages(layout: UILayout, context: Context) -> None:
    """What there is to say about the last job: warnings, and an error in words with the button that helps."""
    for warning in session.warnings:
        draw_text(layout.box(), context, warning, icon="INFO")
    if session.ready:
        draw_text(layout.box(), context, why_it_waits(context, session.ready[0]), icon="INFO")
    if session.error is not None:
        box = layout.box()
        message = translated(session.error.message)
        if isinstance(session.error, NothingKnown):  # the words that it goes on with would push their button away
            message = message.rpartition(". ")[0]
        draw_text(box, context, message, icon="ERROR")
        remedy = session.error.remedy
        if remedy is not None and remedy.operator is not None:
            button = box.operator(remedy.operator, text=translated(remedy.label))
            if remedy.model is not None:
                button.model = remedy.model
        elif remedy is not None:
            command = "" if remedy.command is None or remedy.is_own_command else f": {remedy.command}"
            draw_text(box, context, f"{translated(remedy.label)}{command}")


def why_it_waits(context: Context, work: Work) -> str:
    """What has to end before a finished job's asset can come into the scene."""
    home = view.stage_for(work)
    if context.mode != "OBJECT":
        return "Finished. Go back to Object Mode to see the result"
    if home is not None and home.mode != "OBJECT":
        return f"Finished. Go back to Object Mode in the scene {home.scene.name} to see the result"
    if is_browsing():
        return "Finished. The result appears once the file browser is closed"
    return "Finished. The result appears once nothing is dragged or rendered"
