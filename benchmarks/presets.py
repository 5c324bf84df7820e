"""Presets beside each other: the same prompts by each, on one picture, coloured and in clay, with the seconds.

    python benchmarks/presets.py "a red mug" "a blue car"               dreamfusion beside standard, at full length
    python benchmarks/presets.py "a red mug" --reduced                  dreamfusion as far as a processor gets
    python benchmarks/presets.py "a red mug" --preset sds high          any others
    python benchmarks/presets.py "a red mug" --steps dreamfusion:2000 --set dreamfusion:sds.guidance_weight=9

`--set`, `--steps` and `--views` are for all presets, or after PRESET: for that one. Run again, it makes nothing twice,
goes on with a job that was broken off from its checkpoint, and draws the picture anew; it is drawn after each asset.

`dreamfusion` at full length is for a GPU: 15,000 steps of an MLP field. `--reduced` is for a processor and shows that
the recipe runs, not what it makes: a tenth of the steps, renders of half the size, half the views and samples.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from numpy.typing import NDArray

from backend.rendering.rasterize import Look
from backend.rendering.turntable import CLAY, views
from benchmarks.assets import code_version
from benchmarks.sheets import Rows, write_sheet
from benchmarks.toybox_benchmark.looks import read_glb
from benchmarks.toybox_benchmark.methods import Method, read_override
from dreamfusion_blender import Failure, generate_batch
from dreamfusion_blender.errors import Diverged, DreamFusionError, EmptyField
from dreamfusion_blender.files import atomic_write
from dreamfusion_blender.inner_settings import check_overrides
from dreamfusion_blender.job import preset_names
from dreamfusion_blender.store import slug

HERE = Path(__file__).parent
PRESETS: Final = ("dreamfusion", "standard")
VIEWS: Final = {"dreamfusion": "single"}  # as the paper's prior sees them; standard needs several together
REDUCED_STEPS: Final = {"dreamfusion": 1500}
REDUCED: Final = {
    "dreamfusion": {
        "growth.resolution_start": 0.5,
        "growth.resolution_end": 0.5,
        "score.views": 2,
        "proposal.proposal_samples": [32, 32],
        "proposal.samples": 16,
    }
}
SETTING: Final = "[PRESET:]NAME=VALUE"
SIDES: Final = (0, 2, 4, 6)  # of the turntable's eight: front, side, back, side
PICTURE: Final = 120  # pixels a side
NOTE_EVERY: Final = 10.0  # s between notes of how long a job has taken so far
Record = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """Where assets are kept, apart by all that decides how they look."""

    out: Path
    seed: int

    def record(self, method: Method, prompt: str) -> Record:
        """What is known of an asset; nothing before its job has begun."""
        file = self._file(method, prompt, "json")
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}

    def make(self, method: Method, prompt: str) -> Record:
        """Make an asset, or go on with it; what came to nothing says why.

        Raises whatever else went wrong (no memory, a full disk, Ctrl+C): no verdict on the preset, and tried again.
        """
        folder = self._folder(method)
        folder.mkdir(parents=True, exist_ok=True)
        # Jobs of this benchmark's own: one with the same settings by another version of the code is another asset.
        os.environ["DREAMFUSION_JOBS"] = str(folder / "jobs")
        before, began, noted = self.record(method, prompt).get("seconds", 0.0), time.perf_counter(), 0.0

        def note(record: Record) -> Record:
            whole = {**record, "seconds": round(before + time.perf_counter() - began, 1)}
            atomic_write(self._file(method, prompt, "json"), json.dumps(whole, indent=1))
            return whole

        def follow(_event: Record) -> None:
            # Whoever ends the process, the seconds until then count.
            nonlocal noted
            if time.perf_counter() - noted > NOTE_EVERY:
                note({})
                noted = time.perf_counter()

        row = {"prompt": prompt, "seed": self.seed, **method.settings}
        (made,) = generate_batch([row], on_event=follow)
        if isinstance(made, Failure):
            if not isinstance(made.error, (EmptyField, Diverged)):
                raise made.error
            return note({"error": f"{made.error.code}: {made.error.message}"})
        return note({"glb": made.save_glb(self._file(method, prompt, "glb")).name})

    def pictures(self, method: Method, prompt: str) -> NDArray[np.float32] | None:
        """Four sides coloured and the same in clay: [8, PICTURE, PICTURE, 3]; None for what is not made."""
        if (name := self.record(method, prompt).get("glb")) is None:
            return None
        model = read_glb(self._folder(method) / name)
        return np.concatenate([views(model, PICTURE, look)[list(SIDES)] for look in (Look(), Look(clay=CLAY))])

    def _folder(self, method: Method) -> Path:
        return self.out / f"{code_version()}-{method.key}"

    def _file(self, method: Method, prompt: str, suffix: str) -> Path:
        return self._folder(method) / f"{slug(prompt)}-s{self.seed}.{suffix}"


def sheet_rows(bench: Bench, methods: list[Method], prompts: list[str]) -> Rows:
    """A row for each preset, prompt by prompt."""
    return [
        (f"{prompt}   {method.name}   {_came_to(bench.record(method, prompt))}", bench.pictures(method, prompt))
        for prompt in prompts
        for method in methods
    ]


def _came_to(record: Record) -> str:
    if "error" in record:
        return record["error"]
    if "seconds" not in record:
        return "not made yet"
    seconds = f"{record['seconds']:,.0f} s"
    return seconds if "glb" in record else f"broken off after {seconds}"


def methods_of(options: argparse.Namespace) -> list[Method]:
    """Each preset with what is changed of it. Raises BadSpec."""
    presets: list[str] = options.preset or [*PRESETS]
    made = []
    for preset in presets:
        steps = _last(options.steps, preset, presets)
        overrides = dict(REDUCED.get(preset, {})) if options.reduced else {}
        overrides |= dict(read_override(word, SETTING) for word in _meant(options.set, preset, presets))
        check_overrides(overrides)
        if steps is None and options.reduced:
            steps = REDUCED_STEPS.get(preset)
        made.append(
            Method(
                name=_name(preset, options.reduced and preset in REDUCED, None if steps is None else int(steps)),
                preset=preset,
                steps=None if steps is None else int(steps),
                views=_last(options.views, preset, presets) or VIEWS.get(preset, "auto"),
                prior=options.prior,
                overrides=overrides,
            )
        )
    return made


def _name(preset: str, reduced: bool, steps: int | None) -> str:
    words = [*(["reduced"] if reduced else []), *([] if steps is None else [f"{steps:,} steps"])]
    return f"{preset} ({', '.join(words)})" if words else preset


def _meant(given: list[str], preset: str, presets: list[str]) -> list[str]:
    """Those of the words that are for this preset, or for all, without its name."""
    apart = [each.partition(":") for each in given]
    unknown = [name for name, colon, _ in apart if colon and name in preset_names() and name not in presets]
    if unknown:
        raise SystemExit(f"{unknown[0]} is not among the presets: {', '.join(presets)}")
    named = [rest for name, colon, rest in apart if colon and name == preset]
    for_all = [word for word, (name, colon, _) in zip(given, apart, strict=True) if not colon or name not in presets]
    return [*for_all, *named]  # what is said of one preset counts more


def _last(given: list[str], preset: str, presets: list[str]) -> str | None:
    words = _meant(given, preset, presets)
    return words[-1] if words else None


def run(options: argparse.Namespace) -> None:
    """Make what is missing, and draw the picture after each."""
    bench, methods = Bench(options.out, options.seed), methods_of(options)
    if not options.draw:
        for prompt in options.prompts:
            for method in methods:
                record = bench.record(method, prompt)
                if "glb" not in record and "error" not in record:
                    record = bench.make(method, prompt)
                    write_sheet(sheet_rows(bench, methods, options.prompts), options.sheet, columns=1, view=PICTURE)
                print(f"{prompt:32s} {method.name:32s} {_came_to(record)}", flush=True)
    write_sheet(sheet_rows(bench, methods, options.prompts), options.sheet, columns=1, view=PICTURE)
    print(f"wrote {options.sheet}")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("prompts", nargs="+", metavar="PROMPT")
    add("--preset", nargs="+", choices=preset_names(), metavar="PRESET", help=f"default: {' '.join(PRESETS)}")
    add("--reduced", action="store_true", help="dreamfusion small enough for a processor")
    add("--steps", nargs="+", default=[], metavar="[PRESET:]N", help="instead of the preset's own")
    add("--views", nargs="+", default=[], metavar="[PRESET:]WHICH", help="auto, single, multi (dreamfusion: single)")
    add("--set", nargs="+", default=[], metavar=SETTING, help="inner settings")
    add("--prior", default="toybox")
    add("--seed", type=int, default=0)
    add("--draw", action="store_true", help="draw what is there, and make nothing")
    add("--out", type=Path, default=HERE / "results" / "presets", help="where assets are kept (default: %(default)s)")
    add("--sheet", type=Path, help="the picture (default: presets.png in --out)")
    options = parser.parse_args(arguments)
    options.sheet = options.sheet or options.out / "presets.png"
    try:
        run(options)
    except DreamFusionError as error:
        print(error.message, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
