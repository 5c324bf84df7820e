"""What the judge makes of fields as the optimisation left them, without UVs or files: quick, for tuning.

python benchmarks/field_score.py JOB/field.npz … --object mug --colour red
python benchmarks/field_score.py JOB/field.npz … --object mug --smoothing 40 --sheet views.png
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from backend.meshing.build import MeshSettings, build_mesh
from backend.meshing.field_grid import FieldGrid
from backend.meshing.surface import SmoothSettings
from backend.rendering.rasterize import Model
from backend.rendering.turntable import views
from backend.texturing import BakeSettings, surface_colours
from benchmarks.scoring import LOOKS, Judge, score_model
from benchmarks.sheets import VIEW, write_sheet


def model_of_field(path: Path, triangles: int, settings: MeshSettings) -> Model:
    """The mesh a field gives, coloured at its vertices."""
    grid = FieldGrid.load(path)
    mesh = build_mesh(grid, triangles, settings)
    print(f"cut at {mesh.level:.4f}; {mesh.search}")
    albedo = tuple(np.ascontiguousarray(grid.albedo[..., channel]) for channel in range(3))
    colours = surface_colours(grid, albedo, mesh.vertices, mesh.normals, BakeSettings())
    return Model(mesh.vertices, mesh.triangles, mesh.normals, colours=colours / 255)


def score_fields(options: argparse.Namespace) -> None:
    """Print what each field scores, and draw them beside each other where a sheet is wanted."""
    judge = Judge()
    settings = MeshSettings(level=options.level, smooth=SmoothSettings(options.smoothing))
    rows = []
    for path in options.fields:
        model = model_of_field(path, options.triangles, settings)
        for kind, score in score_model(model, options.object, options.colour, judge).items():
            print(f"{path}  {kind}: {score.per_view:.1%} of views, {'right' if score.by_mean else 'wrong'} by the mean")
            print(f"   seen as: {', '.join(sorted(set(score.answers)))}")
            rows.append((f"{path.parent.name}/{path.name} {score.per_view:.0%}", views(model, VIEW, LOOKS[kind])))
    if options.sheet:
        write_sheet(rows, options.sheet)


def main() -> None:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fields", type=Path, nargs="+", metavar="field.npz")
    parser.add_argument("--object", required=True, help="its name in objects.json")
    parser.add_argument("--colour", default="white")
    parser.add_argument("--level", type=float, help="cut here instead of where is found best")
    parser.add_argument("--smoothing", type=int, default=SmoothSettings().iterations, help="rounds (%(default)s)")
    parser.add_argument("--triangles", type=int, default=20_000)
    parser.add_argument("--sheet", type=Path, help="write the views as a picture")
    score_fields(parser.parse_args())


if __name__ == "__main__":
    main()
