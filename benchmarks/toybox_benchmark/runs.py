"""Runs: every prompt with every seed, made once and kept, scored anew whenever the scoring changes."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backend.rendering.rasterize import Model
from benchmarks.assets import MADE_BY, code_version
from benchmarks.scoring import Judge
from benchmarks.toybox_benchmark.assess import NOTHING, assess, diversity
from benchmarks.toybox_benchmark.looks import picture_strip, read_glb
from benchmarks.toybox_benchmark.methods import TRUTH, Method
from benchmarks.toybox_benchmark.tasks import Task
from benchmarks.toybox_benchmark.truth import SHAPES, Truth, truth_model
from dreamfusion_blender import generate
from dreamfusion_blender.errors import Diverged, EmptyField
from dreamfusion_blender.files import atomic_write, replacing

__all__ = ["Run", "Workplace"]

Record = dict[str, Any]
# What decides how an asset scores: a change of it scores all again, and makes none again.
SCORED_BY: Final = (
    *("toybox", "backend/rendering", "backend/two_faced.py", "backend/geometry"),
    *("benchmarks/judge", "benchmarks/scoring.py"),
    *(f"benchmarks/toybox_benchmark/{name}.py" for name in ("assess", "candidates", "clouds", "looks", "truth")),
)
MEASUREMENTS: Final = "DREAMFUSION_MEASUREMENTS"  # the variable that names the backend's table of what jobs needed


class Workplace:
    """What all runs share: a folder, the judge, and until when new jobs may begin."""

    def __init__(self, out: Path, minutes: float | None = None, shapes: int = SHAPES) -> None:
        self.out, self.shapes = out, shapes
        self.judge = Judge()
        self.made_by, self.scored_by = code_version(MADE_BY), f"{code_version(SCORED_BY)}-{shapes}"
        self._truths = out / f"truth-{code_version(('toybox',))}"
        self.until = None if minutes is None else time.monotonic() + 60 * minutes
        out.mkdir(parents=True, exist_ok=True)
        # A table of this benchmark's own, emptied before each job: what is in it afterwards is that job's.
        self.measurements = out / "measurements.json"
        os.environ[MEASUREMENTS] = str(self.measurements)

    @property
    def is_over(self) -> bool:
        """Whether no further job may begin."""
        return self.until is not None and time.monotonic() > self.until

    def memory_gb(self) -> float | None:
        """What the last job had of its device at the most, all that was loaded included; None where nothing tells."""
        if not self.measurements.is_file():
            return None  # of a run of one or two steps nothing is kept
        entries = json.loads(self.measurements.read_text(encoding="utf-8"))
        return next(iter(entries.values()))["peak"] / 1e9

    def truth(self, task: Task) -> Truth:
        """The true shapes of a task, made at most once for each version of the world."""
        return Truth(task, self.shapes, kept=self._truths)


@dataclass(frozen=True)
class Run:
    """A method's assets of some tasks, for some seeds."""

    place: Workplace
    method: Method
    tasks: list[Task]
    seeds: tuple[int, ...]

    @property
    def folder(self) -> Path:
        """Where records, pictures and GLBs are: apart by all that decides how assets look."""
        return self.place.out / f"{self.place.made_by}-{self.method.key}"

    def work(self) -> Iterator[Record]:
        """Make or find what is missing, score what is not scored yet, and give a record for each task in its order.

        Ends early when time is up; what is there already is still given.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for task in self.tasks:
            records = [record for seed in self.seeds if (record := self._record(task, seed)) is not None]
            if records:
                yield {
                    "prompt": task.prompt,
                    "group": task.group,
                    "seeds": records,
                    "diversity": self._diversity(task, records),
                }

    def _record(self, task: Task, seed: int) -> Record | None:
        file = self._file(task, seed, "json")
        record: Record = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        # What takes minutes is made once; the truth and a folder's files cost nothing to look for again.
        if not self.method.preset or "made" not in record:
            if self.place.is_over:
                return None
            made = self._make(task, seed)
            if record.get("made") != made:
                record = {"seed": seed, "made": made}
                atomic_write(file, json.dumps(record, indent=1))
        if record.get("scored_by") != self.place.scored_by:
            record |= self._score(task, record) | {"scored_by": self.place.scored_by}
            atomic_write(file, json.dumps(record, indent=1))
        return record

    def _make(self, task: Task, seed: int) -> Record:
        """How an asset came to be; what none came of says why in `error`."""
        if self.method is TRUTH:
            return {}
        if self.method.folder is not None:
            return _in_folder(self.method.folder, task, seed)
        self.place.measurements.unlink(missing_ok=True)
        began = time.perf_counter()
        try:
            asset = generate(task.prompt, seed=seed, **self.method.settings)
        except (EmptyField, Diverged) as error:
            # An object that was not made scores nothing; it is not left out of the mean. Anything else that goes wrong
            # (no memory, a full disk, Ctrl+C) is no verdict on the method, and ends the benchmark until it is mended.
            return {"error": f"{error.code}: {error.message}"}
        seconds = round(time.perf_counter() - began, 1)
        glb = asset.save_glb(self._file(task, seed, "glb"))
        job = None if asset.job_folder is None else asset.job_folder.name
        return {"seconds": seconds, "memory_gb": self.place.memory_gb(), "job": job, "glb": glb.name}

    def _score(self, task: Task, record: Record) -> Record:
        if (model := self._model(task, record)) is None:
            return {"scores": NOTHING, "picture": None}
        with replacing(picture := self._file(task, record["seed"], "png")) as temporary:
            picture_strip(model).save(temporary)
        scores = assess(model, task, self.place.judge, self.place.truth(task))
        return {"scores": scores, "picture": picture.name}

    def _model(self, task: Task, record: Record) -> Model | None:
        if self.method is TRUTH:
            return truth_model(task, SHAPES + record["seed"])
        glb = record["made"].get("glb")
        return None if glb is None else read_glb((self.method.folder or self.folder) / glb)

    def _diversity(self, task: Task, records: list[Record]) -> Record | None:
        models = [self._model(task, record) for record in records] if len(records) > 1 else []
        return diversity([model for model in models if model is not None], self.place.judge)

    def _file(self, task: Task, seed: int, suffix: str) -> Path:
        return self.folder / f"{task.key}-s{seed}.{suffix}"


def _in_folder(folder: Path, task: Task, seed: int) -> Record:
    """`prompt-as-words-s1.glb`, or, for seed 0, `prompt-as-words.glb` as the command line names assets."""
    names = [f"{task.key}-s{seed}.glb", *([f"{task.key}.glb"] if seed == 0 else [])]
    for path in (folder / name for name in names):
        if path.is_file():
            return {"glb": path.name, "content": hashlib.sha256(path.read_bytes()).hexdigest()[:16]}
    return {"error": f"{folder} has no {' or '.join(names)}"}
