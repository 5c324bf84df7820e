"""Quality of finished assets, judged by the toybox's CLIP on views of the GLB.

    python benchmarks/quality.py                 make and score the thirty (about two hours; run again to go on)
    python benchmarks/quality.py --quick         the first eight
    python benchmarks/quality.py --preview       score the previews shown on the way as well
    python benchmarks/quality.py --jobs DIR      score assets that exist: job folders, or GLBs named after objects

The colour score is the share of views for which the judge prefers the right caption to the same object in the other
twelve colours and to all other objects in this colour; the clay score shows it the shape alone, among all objects.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from backend import glb
from backend.meshing.topology import vertex_normals
from backend.rendering.rasterize import Model
from backend.rendering.turntable import views
from benchmarks.assets import Made, code_version, find, make
from benchmarks.scoring import LOOKS, Judge, Prompt, interval, prompts, score_model
from benchmarks.sheets import VIEW, write_sheet

HERE = Path(__file__).parent
QUICK = 8
SEED = 0
KINDS = ("colour", "clay")
Record = dict[str, Any]


def model_of_preview(path: Path) -> Model | None:
    """A stored preview mesh, or None when it is empty."""
    with np.load(path) as stored:
        vertices, triangles = stored["vertices"], stored["triangles"]
        colours = stored["colours"].astype(np.float32) / 255
    if not len(triangles):
        return None
    return Model(vertices, triangles, vertex_normals(vertices, triangles), colours=colours)


def score_asset(path: Path, name: str, colour: str, judge: Judge) -> Record:
    """Both scores of a GLB, as plain values."""
    return _plain(score_model(glb.decode(path.read_bytes()), name, colour, judge))


def score_made(prompt: Prompt, made: Made, judge: Judge) -> Record:
    """Everything that is known of one asset, as plain values. What could not be made scores 0."""
    record: Record = {
        "name": prompt.name,
        "prompt": prompt.text,
        "seconds": made.seconds,
        "job": made.job,
        "glb": None if made.glb is None else str(made.glb),
        "previews": [{"seconds": seconds, "file": str(path)} for seconds, path in made.previews],
    }
    if made.glb is None:
        return {**record, "error": made.error, **{kind: {"per_view": 0.0, "by_mean": False} for kind in KINDS}}
    return record | score_asset(made.glb, prompt.name, prompt.colour, judge)


def score_previews(prompt: Prompt, record: Record, judge: Judge) -> None:
    """Add both scores to each preview in a record that has none yet; an empty one scores 0."""
    for preview in record["previews"]:
        if "colour" not in preview:
            model = model_of_preview(Path(preview["file"]))
            scores = _plain(score_model(model, prompt.name, prompt.colour, judge)) if model else {}
            preview.update({kind: scores.get(kind, {}).get("per_view", 0.0) for kind in KINDS})


def run(options: argparse.Namespace) -> list[Record]:
    """Make or find each prompt's asset and score it; what an earlier run of the same code finished is taken over."""
    judge = Judge()
    chosen = [each for each in prompts() if not options.only or each.name in options.only]
    chosen = chosen[: QUICK if options.quick else None]
    settings = {"seed": SEED, "preset": options.preset}
    # What was made is kept apart by all that decides how it looks.
    made_with = f"{code_version()}-{options.preset}"
    if options.steps:
        settings["steps"] = options.steps
        made_with += f"-{options.steps}"
    folder = options.jobs or options.out / made_with
    folder.mkdir(parents=True, exist_ok=True)
    records = []
    for prompt in chosen:
        stored = folder / f"{prompt.name}.json"
        if options.jobs:
            record = score_made(prompt, find(prompt, folder), judge)
        elif stored.is_file():
            record = json.loads(stored.read_text())
        else:
            record = score_made(prompt, make(prompt, folder, settings), judge)
        if options.preview:
            score_previews(prompt, record, judge)
        if not options.jobs:
            stored.write_text(json.dumps(record, indent=1))
        records.append(record)
        print(_line(record), flush=True)
    return records


def print_table(records: list[Record]) -> Record:
    """Print the means with their intervals, ground truth beside them, and return them."""
    truth = json.loads((HERE / "ground_truth.json").read_text())["objects"]
    summary: Record = {}
    print(f"\n{len(records)} objects      score   95 % interval    by mean of views    ground truth")
    for kind in KINDS:
        mean, low, high = interval([record[kind]["per_view"] for record in records])
        by_mean = float(np.mean([record[kind]["by_mean"] for record in records]))
        ceiling = float(np.mean([truth[record["name"]][kind] for record in records]))
        summary[kind] = {"score": mean, "low": low, "high": high, "by_mean": by_mean, "ground_truth": ceiling}
        print(f"{kind:14s} {mean:8.1%}   {low:6.1%} - {high:6.1%}   {by_mean:12.1%} {ceiling:18.1%}")
    previews = [each["previews"] for each in records if each["previews"] and "colour" in each["previews"][0]]
    for index in range(min(map(len, previews), default=0)):
        seconds = float(np.mean([each[index]["seconds"] for each in previews]))
        colour, clay = (float(np.mean([each[index][kind] for each in previews])) for kind in KINDS)
        summary.setdefault("previews", []).append({"seconds": seconds, "colour": colour, "clay": clay})
        print(f"preview {index + 1:2d} after {seconds:5.1f} s: colour {colour:6.1%}, clay {clay:6.1%}")
    return summary


def write_sheets(records: list[Record], folder: Path) -> None:
    """The contact sheets of a run: quality-colour.png and quality-clay.png."""
    models = [glb.decode(Path(record["glb"]).read_bytes()) if record["glb"] else None for record in records]
    for kind in KINDS:
        rows = []
        for record, model in zip(records, models, strict=True):
            label = f"{record['prompt']}: {record[kind]['per_view']:.0%}"
            rows.append((label, None if model is None else views(model, VIEW, LOOKS[kind])))
        write_sheet(rows, folder / f"quality-{kind}.png")
        print(f"wrote {folder / f'quality-{kind}.png'}")


def _plain(scores: dict[Any, Any]) -> Record:
    return {kind: {"per_view": s.per_view, "by_mean": s.by_mean, "answers": s.answers} for kind, s in scores.items()}


def _line(record: Record) -> str:
    time = "" if record["seconds"] is None else f"{record['seconds']:6.0f} s"
    scores = "  ".join(f"{kind} {record[kind]['per_view']:6.1%}" for kind in KINDS)
    return f"{record['prompt']:32s} {scores} {time} {record.get('error') or ''}"


def main() -> None:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"only the first {QUICK} prompts")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these of the thirty objects")
    parser.add_argument("--preview", action="store_true", help="score the previews too")
    parser.add_argument("--preset", default="standard")
    parser.add_argument("--steps", type=int, help="instead of the preset's own")
    parser.add_argument("--jobs", type=Path, metavar="DIR", help="score what is there instead of making it")
    parser.add_argument("--out", type=Path, default=HERE / "results", help="where runs are kept (default: %(default)s)")
    parser.add_argument(
        "--sheets", type=Path, metavar="DIR", help="where the contact sheets go (default: the run's folder)"
    )
    options = parser.parse_args()
    records = run(options)
    summary = print_table(records)
    folder = options.sheets or options.out / "sheets"
    write_sheets(records, folder)
    results = options.out / "results.json"
    results.write_text(
        json.dumps({"code": code_version(), "preset": options.preset, "summary": summary, "objects": records}, indent=1)
    )
    print(f"wrote {results}")


if __name__ == "__main__":
    main()
