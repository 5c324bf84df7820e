"""Quality of finished assets, judged by the toybox's CLIP: `python benchmarks/quality.py --help`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from PIL import Image

from backend.meshing.build import build_mesh
from backend.meshing.field_grid import FieldGrid
from backend.rendering.rasterize import Model
from benchmarks.scoring import Judge, pictures, score_model


def model_of_field(path: Path, triangles: int) -> Model:
    """The mesh a field gives, coloured at its vertices: quick to make, for tuning."""
    grid = FieldGrid.load(path)
    mesh = build_mesh(grid, triangles)
    inside = mesh.vertices - grid.voxel * mesh.normals
    colours = np.stack([grid.sample(grid.albedo[..., channel], inside) for channel in range(3)], axis=-1) / 255
    print(f"level {mesh.level:.4f} {mesh.search}")
    return Model(mesh.vertices, mesh.triangles, mesh.normals, colours=colours)


def main() -> None:
    """Read the command line and score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--score-field", type=Path, nargs="+", metavar="field.npz")
    parser.add_argument("--object", help="the object's name in objects.json")
    parser.add_argument("--colour", default="white")
    parser.add_argument("--triangles", type=int, default=20_000)
    parser.add_argument("--sheet", type=Path, help="write the scored views as a picture")
    options = parser.parse_args()
    judge = Judge()
    rows = []
    for path in options.score_field:
        model = model_of_field(path, options.triangles)
        for kind, score in score_model(model, options.object, options.colour, judge).items():
            print(f"{path}  {kind}: {score.per_view:.1%} of views, {'right' if score.by_mean else 'wrong'} by the mean")
            print(f"   seen as: {', '.join(sorted(set(score.answers)))}")
        rows.append(np.concatenate([view for kind in ("colour", "clay") for view in pictures(model, kind)], axis=1))
    if options.sheet:
        Image.fromarray((np.concatenate(rows) * 255).astype(np.uint8)).save(options.sheet)


if __name__ == "__main__":
    main()
