"""An asset as a .blend file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from .placing import add_asset

if TYPE_CHECKING:
    from ..asset import Asset


def save_blend(asset: Asset, path: Path) -> None:
    """Write `path` with a scene that holds the asset alone, at the origin. Replaces what is open: not for a window.

    Meant for `blender -b` and the bpy module, where the command line's `--out FILE.blend` runs it.
    """
    bpy.ops.wm.read_factory_settings(use_empty=True)
    add_asset(asset, location=(0.0, 0.0, 0.0))
    bpy.ops.wm.save_as_mainfile(filepath=str(path), compress=True, check_existing=False)
