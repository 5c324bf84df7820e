"""The command with the real backend in few steps, its choices, and DreamFusion's ablation."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

import pytest

from backend.presets import load_preset
from benchmarks import toybox as command
from benchmarks.toybox_benchmark.ablation import ABLATION, ablation, print_beside_paper
from benchmarks.toybox_benchmark.methods import TRUTH
from benchmarks.toybox_benchmark.tasks import tasks
from dreamfusion_blender.paths import ROOT


def test_the_ablation_adds_one_thing_at_a_time():
    base, wide, prompts, lighting, textureless = (
        load_preset(each.preset).with_overrides(each.overrides) for each in ablation("sds", None, {})
    )
    assert not base.score.view_prompts and base.score.shaded_share == base.score.textureless_share == 0
    assert base.score.single_view_high_elevation < 0.4 < 1.2 < wide.score.single_view_high_elevation
    assert base.score.low_fov > wide.score.low_fov and not wide.score.view_prompts
    assert prompts.score.view_prompts and prompts.score.shaded_share == 0
    assert lighting.score.shaded_share == 0.75 and lighting.score.textureless_share == 0
    assert textureless.score.textureless_share == 0.5 and textureless.score.light == "point"
    assert [each.views for each in ablation("sds", 3, {})] == ["single"] * 5


def test_the_ablation_is_set_beside_the_paper(capsys):
    scores = {"albedo": 0.9, "colour": 0.8, "geometry": 0.0}
    heights = (0.1, 0.2, 0.15, 0.4)
    summaries = {}
    for (name, _), height in zip(ABLATION[:4], heights, strict=True):
        values = {**scores, "geometry": height}
        summaries[name] = {"all": {measure: {"mean": value} for measure, value in values.items()}}
    summaries[ABLATION[4][0]] = {"all": dict.fromkeys(scores)}
    print_beside_paper(summaries)
    said = capsys.readouterr().out.splitlines()
    assert [line.split("    ")[-1] for line in said if line.startswith("+")][:3] == [
        "rises; here too",
        "rises; here it does not",
        "rises; here too",
    ]
    assert any(line.startswith("+ textureless") and line.endswith("not run yet") for line in said)


def options(**given):
    defaults = {"list": None, "quick": False, "ablation": False, "only": []}
    return argparse.Namespace(**{**defaults, **given})


def test_the_quick_list_has_every_group_and_the_ablation_the_tuning_list():
    quick = command.chosen_tasks(options(quick=True))
    assert [each.group for each in quick] == ["seen"] * 2 + ["held out"] * 2 + ["two objects"] * 2
    assert set(quick) < set(tasks("A"))
    assert command.chosen_tasks(options(ablation=True)) == tasks("A")
    assert command.chosen_tasks(options()) == tasks("B")
    assert command.label(options(only=["a black ball"])) == "B-part", "a part does not take the whole's place"


def test_presets_become_methods_beside_the_truth():
    given = {"glb": None, "name": None, "steps": 9, "views": "auto", "prior": "toybox"}
    truth, one, two = command.methods_of(
        options(**given, preset=["standard", "sds"], set=["sds.guidance_weight=12", "scene.field=mlp"])
    )
    assert truth is TRUTH and (one.preset, two.preset, one.steps) == ("standard", "sds", 9)
    assert two.overrides == {"sds.guidance_weight": 12, "scene.field": "mlp"}
    assert two.name == "sds, sds.guidance_weight=12, scene.field=mlp" and one.key != two.key
    with pytest.raises(SystemExit, match="--name is for one preset"):
        command.methods_of(options(**{**given, "name": "mine"}, preset=["standard", "sds"], set=[]))
    with pytest.raises(SystemExit, match=r"takes part\.setting=value"):
        command.methods_of(options(**given, preset=None, set=["sds.guidance_weight"]))


@pytest.mark.slow
def test_the_ablation_is_made_scored_and_shown(tmp_path):
    program = [sys.executable, str(ROOT / "benchmarks" / "toybox.py"), "--ablation", "--only", "a red train"]
    program += [
        "--steps",
        "3",
        "--set",
        "score.views=1",
        "--seeds",
        "0",
        "--shapes",
        "1",
        "--out",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    assert "R-Precision, geometry" in done.stdout and "DreamFusion's ablation" in done.stdout
    found = {}
    for file in (tmp_path / "out").glob("*/results-A-part.json"):
        kept = json.loads(file.read_text())
        found[kept["name"]] = kept["tasks"][0]["seeds"][0]
    assert sorted(found) == sorted(name for name, _ in ABLATION)
    for record in found.values():
        assert record["made"]["seconds"] > 0 and 0.1 < record["made"]["memory_gb"] < 10
        assert 0 <= record["scores"]["geometry"] <= 1 and record["scores"]["chamfer"] > 0
    assert len(list((tmp_path / "out" / "site" / "pictures").iterdir())) == len(ABLATION)
