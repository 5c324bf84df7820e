"""The benchmark whose ground truth is known: the toybox's world says what every prompt's shape can be.

    python benchmarks/toybox.py --quick                          list A, the first two prompts of each group, one seed
    python benchmarks/toybox.py --preset standard sds            list B with both presets, two seeds each
    python benchmarks/toybox.py --preset standard --minutes 60   begin no job after an hour; run again to go on
    python benchmarks/toybox.py --list A --preset sds --set sds.guidance_weight=12 --name "sds, 12"    while tuning
    python benchmarks/toybox.py --glb FOLDER                     score a-red-mug.glb, a-red-mug-s1.glb … of others
    python benchmarks/toybox.py --ablation                       DreamFusion's ablation, on list A
    python benchmarks/toybox.py --glb FOLDER --prompts FILE --clip FOLDER     CLIP R-Precision as published
    python benchmarks/toybox.py --study FILE …                   what the raters of the page say

What was made is kept, apart by method and code, and never made twice. Results: results-B.json and the like in each
run's folder, and pages to look at, compare and rate, which need neither a network nor a server: site/index.html.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.toybox_benchmark import clip, site, study
from benchmarks.toybox_benchmark.ablation import ablation, print_beside_paper
from benchmarks.toybox_benchmark.methods import TRUTH, Method, read_override
from benchmarks.toybox_benchmark.runs import Record, Run, Workplace
from benchmarks.toybox_benchmark.table import MEASURES, print_table, summarise
from benchmarks.toybox_benchmark.tasks import GROUPS, ListName, Task, tasks
from dreamfusion_blender.errors import DreamFusionError
from dreamfusion_blender.files import atomic_write

HERE = Path(__file__).parent
QUICK = 2  # prompts of each group
SEEDS = (0, 1)
SETTING = "part.setting=value"


def methods_of(options: argparse.Namespace) -> list[Method]:
    """What the command line asks for; the truth stands beside it, as the ceiling."""
    overrides = dict(read_override(word, SETTING) for word in options.set)
    if options.ablation:
        return ablation((options.preset or ["sds"])[0], options.steps, overrides)
    if options.glb is not None:
        return [TRUTH, Method(options.name or options.glb.resolve().name, folder=options.glb)]
    presets = options.preset or ["standard"]
    if options.name and len(presets) > 1:
        raise SystemExit("--name is for one preset; give one, or leave --name out")
    shown = [options.name or ", ".join([preset, *options.set]) for preset in presets]
    chosen = [
        Method(name, preset, options.steps, options.views, options.prior, overrides)
        for name, preset in zip(shown, presets, strict=True)
    ]
    return [TRUTH, *chosen]


def list_of(options: argparse.Namespace) -> ListName:
    """Which list, where none is asked for."""
    return options.list or ("A" if options.quick or options.ablation else "B")


def label(options: argparse.Namespace) -> str:
    """What of the list a run has, so that a part never takes the place of the whole."""
    part = "-part" if options.only else "-quick" if options.quick else ""
    return list_of(options) + part


def chosen_tasks(options: argparse.Namespace) -> list[Task]:
    """The list, or with --quick the first few of each group, or those that --only names."""
    listed = tasks(list_of(options))
    if options.only:
        return [each for each in listed if each.prompt in options.only]
    if options.quick:
        return [each for group in GROUPS for each in [one for one in listed if one.group == group][:QUICK]]
    return listed


def run(options: argparse.Namespace) -> None:
    """Make, score, write and print."""
    place = Workplace(options.out, options.minutes, options.shapes)
    seeds = tuple(options.seeds if options.seeds is not None else (SEEDS[:1] if options.quick else SEEDS))
    listed = chosen_tasks(options)
    methods = methods_of(options)
    summaries = {}
    for method in methods:
        work = Run(place, method, listed, seeds)
        results = []
        for result in work.work():
            results.append(result)
            print(line(method, result), flush=True)
        summaries[method.name] = summarise(results)
        kept = {
            "name": method.name,
            "method": method.to_json(),
            "made_by": place.made_by,
            "scored_by": place.scored_by,
            "seeds": seeds,
            "prompts": len(listed),
            "summary": summaries[method.name],
            "tasks": results,
        }
        atomic_write(work.folder / f"results-{label(options)}.json", json.dumps(kept, indent=1))
        if len(results) < len(listed):
            print(f"{method.name}: {len(results)} of {len(listed)} prompts so far; run the same again to go on")
    print_table(summaries)
    if options.ablation:
        print_beside_paper(summaries)
    pages = site.write_site(options.out)
    print(f"\nopen {pages / 'index.html'} in a browser to look, compare and rate")


def line(method: Method, result: Record) -> str:
    """One task in a line."""
    seeds = result["seeds"]
    shown = []
    for measure in MEASURES:
        values = [each[measure.where].get(measure.name) for each in seeds if measure.where != "diversity"]
        if values and None not in values:
            shown.append(f"{measure.name} {format(sum(values) / len(values), measure.form)}")
    errors = [each["made"]["error"] for each in seeds if "error" in each["made"]]
    return f"{method.name:14s} {result['prompt']:52s} {'  '.join([*shown, *errors])}"


def main() -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--list", choices=("A", "B"), help="A to tune on, B to report on (default: B; A with --quick and --ablation)")
    add("--quick", action="store_true", help=f"the first {QUICK} prompts of each group, one seed")
    add("--only", nargs="+", default=[], metavar="PROMPT", help="only these prompts of the list")
    add("--preset", nargs="+", metavar="NAME", help="one or more (default: standard; with --ablation sds)")
    add("--steps", type=int, help="instead of the preset's own")
    add("--views", default="auto", choices=("auto", "single", "multi"))
    add("--prior", default="toybox")
    add("--set", nargs="+", default=[], metavar="PART.SETTING=VALUE", help="inner settings, for every preset")
    add("--name", help="what to call the method (default: preset and settings)")
    add("--seeds", type=int, nargs="+", help=f"default: {' '.join(map(str, SEEDS))}; with --quick {SEEDS[0]}")
    add("--minutes", type=float, help="begin no job after so many")
    add("--shapes", type=int, default=24, help="true shapes of each prompt to compare with (default: %(default)s)")
    add("--ablation", action="store_true", help="DreamFusion's: base, + wide views, + view prompts, + lighting, …")
    add("--glb", type=Path, metavar="FOLDER", help="score these assets instead of making any")
    add("--prompts", type=Path, metavar="FILE", help="with --glb and --clip: the candidates, one a line")
    add("--clip", type=Path, metavar="FOLDER", help="with --glb and --prompts: a CLIPModel as transformers saves it")
    add("--device", default="cpu", help="with --clip: where it runs (default: %(default)s)")
    add("--study", type=Path, nargs="+", metavar="FILE", help="files that the rating page wrote")
    add("--out", type=Path, default=HERE / "results" / "toybox", help="where runs are kept (default: %(default)s)")
    options = parser.parse_args()
    if (options.clip is None) != (options.prompts is None) or (options.clip and not options.glb):
        parser.error("--clip, --prompts and --glb go together")
    try:
        if options.study:
            study.print_studies(options.study)
        elif options.clip:
            clip.print_precision(options.glb, options.prompts, options.clip, options.out, options.device)
        else:
            run(options)
    except DreamFusionError as error:
        remedy = "" if error.remedy is None else f"\nwhat helps: {error.remedy.label} {error.remedy.command or ''}"
        print(f"{error.message}{remedy}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
