"""Contact sheets: pictures of assets in rows, each with a line of words, so that people can judge too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

VIEW = 80  # pixels a side
LABEL = 16  # pixels, above each object's views
COLUMNS = 2

Rows = list[tuple[str, NDArray[np.float32] | None]]


def write_sheet(rows: Rows, path: Path, columns: int = COLUMNS, view: int = VIEW) -> None:
    """Write labelled views [8, view, view, 3] as a picture; None stands for an asset that was not made."""
    lines = -(-len(rows) // columns)
    sheet = Image.new("RGB", (columns * 8 * view, lines * (view + LABEL)), (255, 255, 255))
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(12)
    for index, (label, shown) in enumerate(rows):
        left, top = index // lines * 8 * view, index % lines * (view + LABEL)
        draw.text((left + 4, top + 1), label, fill=(0, 0, 0), font=font)
        if shown is not None:
            strip = np.rint(np.concatenate(list(shown), axis=1) * 255).astype(np.uint8)
            sheet.paste(Image.fromarray(strip), (left, top + LABEL))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)
