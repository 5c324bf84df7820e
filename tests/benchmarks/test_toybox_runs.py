"""Runs that resume, what they score, and their figures."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
import trimesh

from backend.glb import TO_GLTF
from benchmarks.toybox_benchmark import runs
from benchmarks.toybox_benchmark.methods import TRUTH, Method
from benchmarks.toybox_benchmark.runs import Run, Workplace
from benchmarks.toybox_benchmark.table import print_table, summarise
from benchmarks.toybox_benchmark.tasks import Task
from benchmarks.toybox_benchmark.truth import truth_model
from dreamfusion_blender.errors import DiskFull, EmptyField

BALL = Task.of("a black ball", "held out")
CUBE = Task.of("a blue cube", "held out")
SHAPES = 2


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "code_version", lambda folders: "code")  # whose programs take longer than these tests
    return Workplace(tmp_path / "out", shapes=SHAPES)


def export(task, index, path):
    model = truth_model(task, index, side=40)
    assert model.colours is not None
    colours = np.rint(model.colours * 255).astype(np.uint8)
    trimesh.Trimesh(model.vertices @ TO_GLTF.T, model.triangles, vertex_colors=colours, process=False).export(path)


@pytest.fixture
def folder(tmp_path):
    """Two seeds of a true ball, and no cube."""
    found = tmp_path / "assets"
    found.mkdir()
    export(BALL, 30, found / "a-black-ball.glb")
    export(BALL, 31, found / "a-black-ball-s1.glb")
    return found


def test_a_folder_s_true_shapes_score_as_such(place, folder, capsys):
    done = list(Run(place, Method("theirs", folder=folder), [BALL, CUBE], (0, 1)).work())
    ball, cube = done
    for seed in ball["seeds"]:
        assert seed["scores"]["geometry"] == 1 and seed["scores"]["iou"] > 0.9 and seed["scores"]["chamfer"] < 0.05
    assert ball["diversity"]["shape"] < 0.05 and 0 <= ball["diversity"]["look"] < 0.1
    assert "has no a-blue-cube-s1.glb" in cube["seeds"][1]["made"]["error"]
    assert cube["seeds"][0]["scores"]["geometry"] == 0 and cube["diversity"] is None
    summary = summarise(done)
    assert summary["all"]["geometry"]["mean"] == 0.5 and summary["all"]["geometry"]["count"] == 2
    assert summary["all"]["chamfer"]["count"] == 1, "there is no distance to what is not there"
    assert summary["two objects"]["colour"] is None
    print_table({"theirs": summary})
    said = capsys.readouterr().out
    assert "R-Precision, geometry (high is good)" in said and "50.0% [0.0%, 100.0%]" in said and "—" in said


def test_what_is_scored_is_not_scored_again_until_it_changes(place, folder, monkeypatch):
    run = Run(place, Method("theirs", folder=folder), [BALL], (0,))
    scored = []
    monkeypatch.setattr(runs, "assess", lambda *given: scored.append(given) or {"geometry": 0.25})
    assert list(run.work()) == list(run.work()) and len(scored) == 1
    export(CUBE, 30, folder / "a-black-ball.glb")
    list(run.work())
    assert len(scored) == 2, "another file in the same place"
    place.scored_by = "another"
    list(run.work())
    assert len(scored) == 3
    assert (run.folder / "a-black-ball-s0.png").is_file()


def test_the_truth_is_other_shapes_than_those_compared_with(place):
    (done,) = Run(place, TRUTH, [CUBE], (0,)).work()
    assert 0.8 < done["seeds"][0]["scores"]["iou"] <= 1 and done["seeds"][0]["made"] == {}


class Preset:
    """Stands for `generate`: a run of minutes; counts calls, and raises what it is told to."""

    def __init__(self, error=None):
        self.calls, self.error = [], error

    def __call__(self, prompt, **settings):
        self.calls.append((prompt, settings))
        if self.error is not None:
            raise self.error
        return self

    job_folder = None

    def save_glb(self, path):
        export(BALL, 30, path)
        return path


@pytest.fixture
def preset(monkeypatch):
    made = Preset()
    monkeypatch.setattr(runs, "generate", made)
    monkeypatch.setattr(runs, "assess", lambda *given: {"geometry": 1.0})
    return made


def test_what_was_made_is_never_made_again(place, preset):
    method = Method("a", "preview", steps=6, overrides={"sds.guidance_weight": 12})
    (first,) = Run(place, method, [BALL], (3,)).work()
    place.scored_by = "another"
    (second,) = Run(place, method, [BALL], (3,)).work()
    expected = {"seed": 3, "preset": "preview", "views": "auto", "prior": "toybox", "steps": 6}
    assert preset.calls == [("a black ball", {**expected, "overrides": {"sds.guidance_weight": 12}})]
    assert first["seeds"][0]["made"] == second["seeds"][0]["made"]
    list(Run(place, Method("a", "preview", steps=6), [BALL], (3,)).work())
    assert Run(place, Method("a/b, +c", "preview"), [], ()).folder.parent == place.out
    place.made_by = "another"
    list(Run(place, method, [BALL], (3,)).work())
    assert len(preset.calls) == 3, "other settings, and other code"


def test_an_object_that_cannot_be_made_scores_nothing(place, preset):
    preset.error = EmptyField("nothing is there")
    (done,) = Run(place, Method("a", "preview"), [BALL], (0,)).work()
    assert done["seeds"][0]["made"] == {"error": "empty_field: nothing is there"}
    assert done["seeds"][0]["scores"]["geometry"] == 0 and done["seeds"][0]["picture"] is None


def test_a_full_disk_is_no_verdict_on_the_method(place, preset):
    preset.error = DiskFull("no room")
    run = Run(place, Method("a", "preview"), [BALL], (0,))
    with pytest.raises(DiskFull):
        list(run.work())
    preset.error = None
    (done,) = run.work()
    assert done["seeds"][0]["made"]["glb"] == "a-black-ball-s0.glb"


def test_no_job_begins_when_time_is_up(place, preset):
    method = Method("a", "preview")
    list(Run(place, method, [BALL], (0,)).work())
    place.until = 0.0
    (done,) = Run(place, method, [BALL, CUBE], (0, 1)).work()
    assert [each["seed"] for each in done["seeds"]] == [0], "what is there is still given"
    assert len(preset.calls) == 1


def test_memory_is_what_the_backend_noted_of_the_last_job(place):
    assert place.memory_gb() is None
    assert os.environ[runs.MEASUREMENTS] == str(place.measurements)
    place.measurements.write_text(json.dumps({"cpu": {"peak": 1.5e9, "call": 1, "step": 1, "steps": 9}}))
    assert place.memory_gb() == 1.5
