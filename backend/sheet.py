"""Several jobs' assets in one picture: `python -m backend.sheet OUT.png JOBFOLDER…`, without torch.

A row for each job: what it was asked for, then its asset coloured from four sides and in clay from two.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from backend.rendering.turntable import AZIMUTHS, sheet_cell
from dreamfusion_blender.errors import DreamFusionError, JobDamaged
from dreamfusion_blender.files import replacing
from dreamfusion_blender.store import JobFolder

VIEWS: Final = ((0, 0), (0, 1), (0, 4), (0, 6), (1, 0), (1, 1))  # row and column of the turntable
CELL: Final = 160  # pixels a side
LINE: Final = 24  # pixels; the words above a row of pictures
PAPER: Final = (38, 38, 38)
INK: Final = (225, 225, 225)


def sheet_of(jobs: list[JobFolder]) -> Image.Image:
    """The picture. Raises JobDamaged for a turntable that cannot be read."""
    height = CELL + LINE
    sheet = Image.new("RGB", (CELL * len(VIEWS), height * len(jobs)), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=14)
    for number, job in enumerate(jobs):
        top = number * height
        draw.text((6, top + 4), words_of(job), INK, font)
        for column, cell in enumerate(cells_of(job)):
            picture = Image.fromarray(cell).resize((CELL, CELL), Image.Resampling.LANCZOS)
            sheet.paste(picture, (column * CELL, top + LINE))
    return sheet


def words_of(job: JobFolder) -> str:
    """What stands above a job's pictures."""
    spec, origin = job.spec, job.spec.origin
    made = "" if origin is None else f"   {origin.relation} of {origin.job}"
    return f"{spec.prompt}   seed {spec.seed}   {spec.preset}{made}   [{job.id}]"


def cells_of(job: JobFolder) -> list[NDArray[np.uint8]]:
    """The chosen pictures of the job's turntable, each [side, side, 3]."""
    try:
        with Image.open(job.turntable) as picture:
            turntable = np.asarray(picture.convert("RGB"))
    except OSError as error:
        raise JobDamaged(f"{job.turntable} cannot be read: {error}. Export the job again to repair it") from error
    if turntable.shape[1] != AZIMUTHS * (turntable.shape[0] // 2):
        raise JobDamaged(f"{job.turntable} is no turntable. Export the job again to repair it")
    return [sheet_cell(turntable, *view) for view in VIEWS]


def main(arguments: list[str] | None = None) -> int:
    """Draw the sheet; the last line of standard error says what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m backend.sheet", description=main.__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("jobs", nargs="+")
    options = parser.parse_args(arguments)
    try:
        sheet = sheet_of([JobFolder.open(job) for job in options.jobs])
        with replacing(options.out) as temporary:
            sheet.save(temporary, format="PNG")
    except DreamFusionError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
