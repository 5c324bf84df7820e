"""Pages to look at runs, compare two, and rate them blindly: static files in a folder, opened without a server."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from benchmarks.toybox_benchmark.runs import Record
from benchmarks.toybox_benchmark.study import STUDY_VERSION
from benchmarks.toybox_benchmark.table import MEASURES
from benchmarks.toybox_benchmark.tasks import GROUPS
from dreamfusion_blender.files import atomic_write

__all__ = ["write_site"]

PAGE: Final = Path(__file__).parent / "page"


def write_site(out: Path) -> Path:
    """Write OUT/site from the results of all runs in OUT; returns the folder."""
    site = out / "site"
    (site / "pictures").mkdir(parents=True, exist_ok=True)
    for file in PAGE.iterdir():
        shutil.copyfile(file, site / file.name)
    runs = [_run(file, site) for file in sorted(out.glob("*/results-*.json"))]
    data = {
        "runs": runs,
        "groups": ["all", *GROUPS],
        "measures": [asdict(each) for each in MEASURES],
        "studyVersion": STUDY_VERSION,
    }
    # A script, since a page that was opened as a file may not read other files. No "<" can end it early.
    stored = json.dumps(data).replace("<", "\\u003c")
    atomic_write(site / "data.js", f'"use strict";\nconst DATA = {stored};\n')
    return site


def _run(file: Path, site: Path) -> Record:
    results = json.loads(file.read_text(encoding="utf-8"))
    label = file.stem.removeprefix("results-")
    tasks = [{**task, "seeds": [_seed(each, file.parent, site) for each in task["seeds"]]} for task in results["tasks"]]
    told = {key: results[key] for key in ("name", "made_by", "prompts", "summary")}
    settings = file.parent.name.rpartition("-")[2]  # two runs may have one name and other settings
    return {**told, "id": f"{results['name']} ({label}, {results['made_by']}, {settings})", "tasks": tasks}


def _seed(record: Record, folder: Path, site: Path) -> dict[str, Any]:
    """A record with its picture, which is copied under a name that does not tell raters whose it is."""
    shown = {"seed": record["seed"], "scores": record["scores"], "error": record["made"].get("error")}
    if not record["picture"]:
        return {**shown, "picture": None}
    source = folder / record["picture"]
    name = hashlib.sha256(f"{folder.name}/{source.name}".encode()).hexdigest()[:16] + ".png"
    shutil.copyfile(source, site / "pictures" / name)
    return {**shown, "picture": f"pictures/{name}"}
