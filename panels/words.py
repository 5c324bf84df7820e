"""Text that fits into a narrow panel: long messages as several labels, durations as minutes and seconds."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING

from ..translations import translated

if TYPE_CHECKING:
    from bpy.types import Context, UILayout

_PIXELS_PER_CHARACTER = 6.8  # of Blender's interface font at scale 1, on the average
_MARGIN_PIXELS = 70  # the panel's and the box's borders and the icon
_NARROWEST = 16  # characters
FILLER = "\0"  # beside a wide character, while lengths are counted


def draw_text(layout: UILayout, context: Context, text: str, icon: str = "NONE") -> None:
    """Draw `text` as labels, wrapped to the region's width; the icon stands before the first."""
    pixels = context.region.width / context.preferences.system.ui_scale - _MARGIN_PIXELS
    width = max(_NARROWEST, int(pixels / _PIXELS_PER_CHARACTER))
    column = layout.column(align=True)
    for paragraph in translated(text).splitlines():
        for line in lines_of(paragraph, width):
            column.label(text=line, icon=icon, translate=False)
            icon = "BLANK1" if icon != "NONE" else "NONE"


def lines_of(text: str, width: int) -> list[str]:
    """The text broken into lines. width: in characters of the Latin alphabet, of which Korean ones take two."""
    spread = "".join(each + FILLER * (unicodedata.east_asian_width(each) in "WF") for each in text)
    return [line.replace(FILLER, "") for line in textwrap.wrap(spread, width)]


def duration(seconds: float) -> str:
    """Minutes and seconds, and hours when there are some: 0:07, 3:20, 1:02:30."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
