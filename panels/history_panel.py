"""All jobs as a tree, with what can be done with the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Panel, UIList

from ..dreamfusion_blender.history import Entry
from ..dreamfusion_blender.store import local_time
from ..operators import timer
from ..operators.compare import comparison_of
from ..operators.history_view import history_view
from ..translations import translated
from .iterate_panel import draw_ways
from .section import Section
from .words import draw_text

if TYPE_CHECKING:
    from bpy.types import Context, UILayout

INDENT = 1.5  # times an icon's width, for each generation
DEEPEST = 6  # generations that are indented; there would be no room for words
PICTURE = 6.0  # times an icon's size
STATUS_ICONS = {
    "finished": "CHECKMARK",
    "running": "RENDER_ANIMATION",
    "queued": "TIME",
    "paused": "PAUSE",
    "interrupted": "RECOVER_LAST",
    "cancelled": "CANCEL",
    "failed": "ERROR",
    "broken": "ORPHAN_DATA",
}

MADE = {
    "continue": "Goes on from {}",
    "branch": "Branches from {}",
    "restyle": "Restyles {}",
    "variation": "Varies {}",
}


class DREAMFUSION_UL_history(UIList):
    """A line for each job, children below their parents."""

    def draw_item(  # the platform's signature
        self,
        _context: Context,
        layout: UILayout,
        _data: object,
        _item: object,
        _icon: int,
        _active_data: object,
        _active_property: str,
        index: int = 0,
        _flags: int = 0,
    ) -> None:
        """Draw one line; Blender asks for those alone that can be seen."""
        if index >= len(history_view.entries):
            return  # the list is about to be read again
        entry = history_view.entries[index]
        row = layout.row(align=True)
        if entry.depth:
            row.separator(factor=INDENT * min(entry.depth, DEEPEST))
        picture = history_view.icon(entry)
        if picture:
            row.label(text=words_of(entry), translate=False, icon_value=picture)
        else:
            row.label(text=words_of(entry), translate=False, icon=STATUS_ICONS.get(entry.status, "QUESTION"))
        if picture and entry.status != "finished":
            row.label(icon=STATUS_ICONS.get(entry.status, "QUESTION"))

    def filter_items(self, _context: Context, _data: object, _property: str) -> tuple[list[int], list[int]]:
        """Those whose words hold what was typed into the list's own search field; all while it is empty."""
        wanted = self.filter_name.lower()
        if not wanted:
            return [], []
        shown = [self.bitflag_filter_item if wanted in words_of(each).lower() else 0 for each in history_view.entries]
        return shown, []


class DREAMFUSION_PT_history(Section, Panel):
    """What was made so far, and of what"""

    bl_label = "History"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Context) -> None:
        """Draw the list, and the chosen job below it."""
        layout, state = self.layout, context.window_manager.dreamfusion_history
        if not history_view.was_read or len(state.lines) != len(history_view.entries):
            history_view.look()  # in a thread; the timer brings it home
            timer.start()
        row = layout.row()
        row.template_list(DREAMFUSION_UL_history.__name__, "", state, "lines", state, "active", rows=6)
        row.operator("dreamfusion.read_history", text="", icon="FILE_REFRESH")
        if comparison_of(context) is not None:
            layout.operator("dreamfusion.end_compare", icon="X")
        entry = history_view.active()
        if entry is not None:
            draw_entry(layout, context, entry)


def draw_entry(layout: UILayout, context: Context, entry: Entry) -> None:
    """The chosen job: its picture, where it comes from, and the buttons."""
    box = layout.box()
    made = local_time(entry.created)
    draw_text(box, context, entry.problem or f"{entry.prompt}. Seed {entry.seed}, {entry.status}, {made}")
    if entry.relation:
        draw_text(box, context, MADE[entry.relation].format(entry.parent), icon="OUTLINER")
        if entry.is_orphan:
            draw_text(box, context, "The job that it was made of is gone", icon="BLANK1")
    row = box.row(align=True)
    if entry.can_resume:
        row.operator("dreamfusion.resume", icon="PLAY").job = entry.name
    if entry.has_asset:
        row.operator("dreamfusion.import_job", text="Import", icon="IMPORT").directory = str(entry.path)
        row.operator("dreamfusion.compare", icon="ARROW_LEFTRIGHT").job = entry.name
    row.operator("dreamfusion.reveal_job", text="", icon="FILE_FOLDER").job = entry.name
    row.operator("dreamfusion.delete_job", text="", icon="TRASH").job = entry.name
    if entry.has_asset:
        draw_ways(box, str(entry.path))
    picture = history_view.icon(entry)
    if picture:  # last, so that it pushes no button out of sight
        box.template_icon(picture, scale=PICTURE)


def words_of(entry: Entry) -> str:
    """A line's text."""
    if entry.problem:
        return translated(f"Broken: {entry.name}")
    return f"{translated(entry.relation)}: {entry.prompt}" if entry.relation else entry.prompt
