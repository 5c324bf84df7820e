"""Pictures of every thing, to look at.

python -m toybox.gallery                    docs/toybox-gallery.png: each thing once, from the front at an angle
python -m toybox.gallery --views --only cat dog --out cats.png     front, angle, side and back of a few
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import torch
from PIL import Image, ImageDraw

from .cameras import Cameras, orbit
from .colours import COLOURS
from .compose import compose
from .description import Description, Item
from .objects import THINGS
from .render import render

OUT: Final = Path(__file__).resolve().parents[1] / "docs" / "toybox-gallery.png"
COLUMNS: Final = 16
ANGLE: Final = ((0.55, 0.35),)  # azimuth and elevation in rad
VIEWS: Final = ((0.0, 0.15), (0.6, 0.45), (1.57, 0.2), (3.6, 0.4))
FOV, DISTANCE = 0.64, 3.3


def cameras(directions: tuple[tuple[float, float], ...]) -> Cameras:
    """One for each direction."""
    azimuth, elevation = torch.tensor(directions).T
    return orbit(azimuth, elevation, torch.full_like(azimuth, DISTANCE), torch.full_like(azimuth, FOV))


def tile(name: str, seed: int, size: int, directions: tuple[tuple[float, float], ...]) -> Image.Image:
    """A thing in colours that follow from its place in the list, its name above it."""
    palette, place = tuple(COLOURS), tuple(THINGS).index(name)
    colours = tuple(palette[(5 * place + 3 * slot) % len(palette)] for slot in range(THINGS[name].slots))
    scene = compose(Description(Item(name, colours)), np.random.default_rng(seed))
    pictures = render([scene], cameras(directions), size)
    row = torch.cat(list(pictures.color), dim=1)
    image = Image.fromarray((row.clamp(0, 1) * 255).byte().numpy())
    ImageDraw.Draw(image).text((2, 0), name, fill=(0, 0, 0))
    return image


def main() -> None:
    """Read the command line and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--only", nargs="+", default=list(THINGS), metavar="NAME")
    parser.add_argument("--views", action="store_true", help="four views of each")
    parser.add_argument("--size", type=int, default=80, help="of a view, in pixels")
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    directions = VIEWS if options.views else ANGLE
    columns = max(1, COLUMNS // len(directions))
    tiles = [tile(name, options.seed, options.size, directions) for name in options.only]
    width, height = tiles[0].size
    sheet = Image.new("RGB", (width * min(columns, len(tiles)), height * -(-len(tiles) // columns)), "white")
    for index, each in enumerate(tiles):
        sheet.paste(each, (index % columns * width, index // columns * height))
    sheet.save(options.out, optimize=True)
    print(f"wrote {options.out}")


if __name__ == "__main__":
    main()
