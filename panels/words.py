"""Text that fits into a narrow panel: long messages as several labels, durations as minutes and seconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import blf

from ..translations import translated

if TYPE_CHECKING:
    from bpy.types import Context, UILayout

# Pixels at interface scale 1.
_BESIDE: Final = 100  # a sidebar's tabs, the borders of panel and box, the icon, and what a label keeps free
_POPUP: Final = 165  # what is left of these in a popup, which is ten units wide whatever region it opens in
_LEAST: Final = 60

_PIECES: Final = re.compile(r"[^/\\_-]*[/\\_-]+|[^/\\_-]+")  # of a word that must be broken, such as a path

_INTERFACE: Final = 0  # the font's number


def draw_text(layout: UILayout, context: Context, text: str, icon: str = "NONE") -> None:
    """Draw `text` as labels, wrapped to the panel's width; the icon stands before the first."""
    preferences = context.preferences
    scale = preferences.system.ui_scale
    blf.size(_INTERFACE, preferences.ui_styles[0].widget.points * scale)
    column = layout.column(align=True)
    for paragraph in translated(text).splitlines():
        for line in lines_of(paragraph, room_in(context) * scale, pixels_of):
            column.label(text=line, icon=icon, translate=False)
            icon = "BLANK1" if icon != "NONE" else "NONE"


def room_in(context: Context) -> float:
    """How wide a line may be, in pixels at interface scale 1."""
    if context.area.type == "VIEW_3D" and context.region.type != "UI":
        return _POPUP
    return max(_LEAST, context.region.width / context.preferences.system.ui_scale - _BESIDE)


def pixels_of(text: str) -> float:
    """How wide a text is in the interface's font, of the size that was set last."""
    return blf.dimensions(_INTERFACE, text)[0]


def lines_of(text: str, room: float, measure: Callable[[str], float]) -> list[str]:
    """The text broken into lines that are no wider than `room`, between words, and in a word where it is wider alone.

    Such a word is broken after a slash or the like if it can be, else anywhere, but one character is a line at least.
    """
    lines: list[str] = []
    for word in text.split():
        if lines and measure(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines += _broken(word, room, measure)
    return lines


def _broken(word: str, room: float, measure: Callable[[str], float]) -> Iterator[str]:
    line = ""
    for piece in [word] if measure(word) <= room else _PIECES.findall(word):
        parts = [piece] if measure(piece) <= room else piece
        for part in parts:
            if line and measure(line + part) > room:
                yield line
                line = ""
            line += part
    yield line


def duration(seconds: float) -> str:
    """Minutes and seconds, and hours when there are some: 0:07, 3:20, 1:02:30."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
