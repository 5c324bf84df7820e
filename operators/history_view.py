"""The history as the panel shows it: read in a thread, pictures loaded when a line is first drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
import bpy.utils.previews
from bpy.props import CollectionProperty, IntProperty, PointerProperty
from bpy.types import PropertyGroup

from ..dreamfusion_blender.history import Entry, history
from .background import Background

if TYPE_CHECKING:
    from bpy.utils.previews import ImagePreviewCollection


class DREAMFUSION_PG_line(PropertyGroup):
    """A line of the list; what it shows is `history_view.entries` at the same index."""


class DREAMFUSION_PG_history(PropertyGroup):
    """Blender's lists want a collection to draw: it is kept as long as the entries are many."""

    lines: CollectionProperty(type=DREAMFUSION_PG_line)
    active: IntProperty(name="Active Job", description="The chosen line of the history", options={"SKIP_SAVE"})


class HistoryView:
    """The panel reads, the operators ask to `look` again, the timer calls `pump`."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.was_read = False
        self._background: Background[list[Entry]] | None = None
        self._pictures: ImagePreviewCollection | None = None

    @property
    def is_busy(self) -> bool:
        """Whether `pump` has something to wait for."""
        return self._background is not None

    def look(self) -> None:
        """Begin to read the jobs again; returns at once."""
        if self._background is None:
            self._background = Background(history)

    def pump(self) -> bool:
        """Take in what was read, without waiting; whether there was anything.

        Raises DreamFusionError once where the reading failed; it is not begun again until somebody asks for it.
        """
        if self._background is None or not self._background.has_ended:
            return False
        background, self._background = self._background, None
        chosen, self.was_read = self.active(), True
        self.entries = background.result()
        state = bpy.context.window_manager.dreamfusion_history
        while len(state.lines) > len(self.entries):
            state.lines.remove(len(state.lines) - 1)
        while len(state.lines) < len(self.entries):
            state.lines.add()
        places = {entry.path: number for number, entry in enumerate(self.entries)}
        last = max(0, len(self.entries) - 1)
        state.active = min(state.active, last) if chosen is None else places.get(chosen.path, min(state.active, last))
        return True

    def active(self) -> Entry | None:
        """The chosen line's entry."""
        number = bpy.context.window_manager.dreamfusion_history.active
        return self.entries[number] if 0 <= number < len(self.entries) else None

    def icon(self, entry: Entry) -> int:
        """The entry's picture as an icon's number, loaded on the first call; 0 where there is none."""
        if entry.picture is None:
            return 0
        pictures = bpy.utils.previews.new() if self._pictures is None else self._pictures  # an empty one is false
        self._pictures = pictures
        name = f"{entry.picture}|{entry.pictured}"  # a mesh that was cut again has a new picture under the old name
        if name not in pictures:
            pictures.load(name, str(entry.picture), "IMAGE")
        return pictures[name].icon_id

    def forget(self) -> None:
        """Give the pictures back."""
        if self._pictures is not None:
            bpy.utils.previews.remove(self._pictures)
        self.__init__()


history_view = HistoryView()
"""The one of this Blender."""


def register() -> None:
    """Attach the list to the window manager, which is never saved."""
    bpy.utils.register_class(DREAMFUSION_PG_line)
    bpy.utils.register_class(DREAMFUSION_PG_history)
    bpy.types.WindowManager.dreamfusion_history = PointerProperty(type=DREAMFUSION_PG_history)


def unregister() -> None:
    """Detach it again."""
    history_view.forget()
    del bpy.types.WindowManager.dreamfusion_history
    bpy.utils.unregister_class(DREAMFUSION_PG_history)
    bpy.utils.unregister_class(DREAMFUSION_PG_line)
