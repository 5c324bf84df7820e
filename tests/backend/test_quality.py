"""The quality benchmark's rules: prompts, captions, what counts, and what the judge sees in plain shapes."""

import io
import json

import numpy as np
import pytest
import shapes
from PIL import Image

from backend import glb
from backend.extraction import extract
from backend.meshing.build import build_mesh
from backend.rendering.rasterize import Model
from benchmarks.assets import Made, find
from benchmarks.quality import print_table, score_made, score_previews, write_sheets
from benchmarks.scoring import HERE, Judge, candidates, caption, interval, prompts, score_model, toybox
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder

X = shapes.points(64)


@pytest.fixture(scope="module")
def judge():
    return Judge()


def test_the_prompts_are_thirty_and_nobody_chose_them():
    chosen = prompts()
    objects, colours = toybox()
    assert len(chosen) == 30 and len(objects) == 78 and len(colours) == 13
    assert [each.name for each in chosen] == sorted(objects)[:60:2]
    assert [each.colour for each in chosen[:14]] == [*colours, colours[0]]
    assert chosen[0].text == "a red airplane"
    assert chosen[1].text == "an orange armchair"


def test_candidates_start_with_the_right_one_and_do_not_repeat():
    colour = candidates("mug", "gray", "colour")
    assert colour[0] == "a gray mug"
    assert {"a red mug", "a gray teapot", "a carrot"} <= set(colour)
    assert len(colour) == len(set(colour)) == 12 + 78
    assert candidates("mug", "gray", "clay")[0] == "a white mug"
    assert len(candidates("mug", "gray", "clay")) == 78
    assert candidates("carrot", "white", "colour")[0] == caption("carrot", "red") == "a carrot"


def test_every_object_has_a_ground_truth():
    truth = json.loads((HERE / "ground_truth.json").read_text())
    assert set(truth["objects"]) == set(toybox()[0])
    assert "C++" in truth["how"]


def test_intervals_contain_the_mean_and_narrow_with_more_objects():
    mean, low, high = interval([0.0, 1.0] * 10)
    assert mean == 0.5 and low < 0.5 < high
    _, lower, higher = interval([0.0, 1.0] * 300)
    assert higher - lower < 0.3 * (high - low)
    assert interval([1.0, 1.0]) == (1.0, 1.0, 1.0)


def coloured_ball():
    mesh = build_mesh(shapes.grid(shapes.ball(X, 0.6)), 3000)
    colours = np.tile(np.array([0.82, 0.10, 0.09], np.float32), (len(mesh.vertices), 1))
    return Model(mesh.vertices, mesh.triangles, mesh.normals, colours=colours)


def test_the_judge_knows_a_red_ball(judge):
    scores = score_model(coloured_ball(), "ball", "red", judge)
    assert scores["colour"].per_view == scores["clay"].per_view == 1.0
    assert scores["clay"].answers == ["a white ball"] * 8


def test_the_judge_is_not_content_with_anything(judge):
    scores = score_model(coloured_ball(), "airplane", "blue", judge)
    assert scores["colour"].per_view == scores["clay"].per_view == 0.0
    assert not scores["clay"].by_mean


def test_what_was_not_made_scores_nothing(judge):
    record = score_made(prompts()[0], Made(None, error="empty_field: nothing there"), judge)
    assert record["colour"]["per_view"] == record["clay"]["per_view"] == 0
    assert record["error"].startswith("empty_field")


def test_existing_assets_are_found_scored_and_drawn(tmp_path, judge, capsys):
    """A job folder with the first prompt: found by its prompt, scored from its GLB and its preview."""
    prompt = prompts()[0]
    job = JobFolder.create(JobSpec(prompt=prompt.text, triangles=1000, texture_size=64), tmp_path / "jobs")
    shapes.save(shapes.grid(shapes.ball(X, 0.6)), job.field)
    made = extract(job.field, job.spec)
    job.glb.write_bytes(glb.encode(made.asset))
    colours = np.full((len(made.asset.vertices), 3), 128, np.uint8)
    np.savez(job.preview, vertices=made.asset.vertices, triangles=made.asset.triangles, colours=colours, step=3)
    found = find(prompt, tmp_path / "jobs")
    assert found.glb == job.glb
    record = score_made(prompt, found, judge)
    score_previews(prompt, record, judge)
    assert 0 <= record["previews"][0]["clay"] <= 1
    records = [record, score_made(prompts()[1], find(prompts()[1], tmp_path / "jobs"), judge)]
    summary = print_table(records)
    assert summary["clay"]["score"] == pytest.approx(record["clay"]["per_view"] / 2)
    assert "ground truth" in capsys.readouterr().out
    write_sheets(records, tmp_path / "sheets")
    sheet = Image.open(io.BytesIO((tmp_path / "sheets" / "quality-clay.png").read_bytes()))
    assert sheet.size == (1280, 96)
