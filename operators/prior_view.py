"""The picture that the prior is shown, as an icon for the panel."""

from __future__ import annotations

from typing import Any

import bpy.utils.previews
import numpy as np

from .preview import Picture

_NAME = "view"
_icons: list[Any] = []  # at most one collection; Blender wants it removed by hand
_latest: list[Picture] = []  # at most one


def show(picture: Picture | None) -> None:
    """Have the panel show this one from now on."""
    _latest[:] = [picture] if picture is not None else []
    if picture is None:
        return
    if not _icons:
        _icons.append(bpy.utils.previews.new())
    icon = _icons[0].get(_NAME) or _icons[0].new(_NAME)
    height, width, _ = picture.pixels.shape
    pixels = np.ones((height, width, 4), np.float32)
    pixels[..., :3] = picture.pixels[::-1] / np.float32(255)  # Blender's first row is the lowest
    icon.image_size = (width, height)
    icon.image_pixels_float.foreach_set(pixels.ravel())


def icon() -> int:
    """The icon's number for a layout; 0 when there is nothing to show."""
    return _icons[0][_NAME].icon_id if _icons and _latest else 0


def forget() -> None:
    """Show nothing."""
    _latest.clear()


def remove() -> None:
    """Give the icon back, when the extension is disabled."""
    forget()
    while _icons:
        bpy.utils.previews.remove(_icons.pop())
