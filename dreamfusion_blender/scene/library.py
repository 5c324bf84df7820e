"""An object as an entry of the Asset Browser: with its catalogue, tags, words, and its own picture as the preview."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bpy
import numpy as np

from ..asset_catalogues import catalogue_id, folder_for
from ..errors import FileNotSaved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bpy.types import Object

PREVIEW_SIDE = 256  # pixels; Blender's own previews of assets
NO_CATALOGUE = "00000000-0000-0000-0000-000000000000"  # Blender's own, of what is not assigned to any


def mark_asset(
    chosen: Object, catalogue: str = "", description: str = "", tags: Iterable[str] = (), picture: Path | None = None
) -> None:
    """Mark the object as an asset, or set anew what it is marked with.

    catalogue: a path such as Props/Furniture; needs a saved file, beside which Blender keeps the catalogues.
    picture: a PNG for the preview; without one Blender renders its own. Raises FileNotSaved, BadSpec, OutputUnwritable.
    """
    number = _catalogue(catalogue) if catalogue.strip() else NO_CATALOGUE  # before anything is changed
    chosen.asset_mark()
    data = chosen.asset_data
    data.description = description
    data.author = data.author or "DreamFusion 3D"
    for old in list(data.tags):
        data.tags.remove(old)
    for tag in tags:
        data.tags.new(tag, skip_if_exists=True)
    data.catalog_id = number
    if picture is None:
        chosen.asset_generate_preview()
    else:
        _set_preview(chosen, picture)


def _catalogue(path: str) -> str:
    if not bpy.data.filepath:
        raise FileNotSaved("Save the file first: Blender keeps the catalogues in a file beside it")
    libraries = [Path(bpy.path.abspath(each.path)) for each in bpy.context.preferences.filepaths.asset_libraries]
    blend = Path(bpy.path.abspath(bpy.data.filepath))
    return catalogue_id(folder_for(blend, [each for each in libraries if each.is_dir()]), path)


def _set_preview(chosen: Object, picture: Path) -> None:
    image = bpy.data.images.load(str(picture), check_existing=False)
    try:
        image.scale(PREVIEW_SIDE, PREVIEW_SIDE)
        pixels = np.empty(4 * PREVIEW_SIDE**2, dtype=np.float32)
        image.pixels.foreach_get(pixels)
    finally:
        bpy.data.images.remove(image)
    preview = chosen.preview_ensure()
    preview.image_size = (PREVIEW_SIDE, PREVIEW_SIDE)
    preview.image_pixels_float.foreach_set(pixels)
