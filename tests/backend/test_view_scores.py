"""Asking a real CLIP model, the benchmarks' judge, what the views of an asset show."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapes
from safetensors.torch import load_file, save_file

from backend.extraction import extract_job
from backend.view_scores import captions_for, score_if_named, score_job
from dreamfusion_blender.errors import JobMissing, ModelUnusable
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.quality import SCORER_VARIABLE, findings_of, read_quality
from dreamfusion_blender.store import JobFolder

JUDGE = Path(__file__).resolve().parents[2] / "benchmarks" / "judge"


def ball_job(root, prompt="an orange ball"):
    job = JobFolder.create(JobSpec(prompt=prompt, triangles=500, texture_size=64), root)
    x = shapes.points(32)
    orange = np.broadcast_to(np.array([240, 120, 20], np.uint8), x.shape)
    field = shapes.grid(shapes.ball(x, 0.7), orange)
    shapes.save(field, job.field)
    return job


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    job = ball_job(tmp_path_factory.mktemp("jobs"))
    extract_job(job)
    return job


def test_an_orange_ball_answers_its_prompt_from_all_sides(job):
    seen = score_job(job, JUDGE)
    assert len(seen["answers"]) == len(seen["shares"]) == 8
    assert sum(seen["answers"]) >= 6, seen
    assert seen["answers"] == [caption == "an orange ball" for caption in seen["seen_as"]]
    assert read_quality(job)["views"] == seen
    assert findings_of(job)[-1].words == f"{sum(seen['answers'])} of 8 views answer the prompt, says judge"


def test_an_orange_ball_does_not_answer_to_another_thing(tmp_path):
    wrong = ball_job(tmp_path, "a blue car")
    extract_job(wrong)
    seen = score_job(wrong, JUDGE)
    assert not any(seen["answers"]), seen
    assert findings_of(wrong)[-1].state == "bad"


def test_cutting_again_forgets_what_was_said_of_the_old_mesh(job):
    extract_job(job)
    assert "views" not in read_quality(job)


def test_the_prompt_s_own_thing_is_no_rival():
    captions = captions_for("a Red car")
    assert captions[0] == "a Red car" and "a car" not in captions and "an airplane" in captions


def test_what_is_no_clip_model_is_refused_and_fails_no_job(job, tmp_path, monkeypatch):
    with pytest.raises(ModelUnusable, match="holds no CLIP model"):
        score_job(job, tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "clip"}))
    with pytest.raises(ModelUnusable):
        score_job(job, tmp_path)
    heard = []
    monkeypatch.delenv(SCORER_VARIABLE, raising=False)
    assert score_if_named(job, heard.append) is None and not heard
    monkeypatch.setenv(SCORER_VARIABLE, str(tmp_path))
    assert score_if_named(job, heard.append) is None
    assert [each["type"] for each in heard] == ["stage", "warning"]


def test_a_scorer_that_is_damaged_or_lacks_weights_fails_no_job(job, tmp_path, monkeypatch):
    """Half of one would be filled up with random numbers, and score."""
    shutil.copytree(JUDGE, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv(SCORER_VARIABLE, str(tmp_path))
    weights = tmp_path / "model.safetensors"
    whole = load_file(weights)
    save_file({name: value for name, value in whole.items() if not name.startswith("vision_model.")}, weights)
    damaged = weights.read_bytes()[:5000]
    with pytest.raises(ModelUnusable, match="lack vision_model"):
        score_job(job, tmp_path)
    weights.write_bytes(damaged)
    heard = []
    assert score_if_named(job, heard.append) is None
    assert heard[-1]["type"] == "warning" and "cannot be" in heard[-1]["message"]


def test_how_a_scorer_sees_may_be_left_out_and_may_not_be_damaged(job, tmp_path):
    """It would be shown pictures in colours that it was not trained on, and score them."""
    shutil.copytree(JUDGE, tmp_path, dirs_exist_ok=True)
    looks = tmp_path / "preprocessor_config.json"
    for damaged in (b'{"image_mean": [0.4', b"[0.5]", b"\xff\xfe"):
        looks.write_bytes(damaged)
        with pytest.raises(ModelUnusable, match=re.escape(str(looks))):
            score_job(job, tmp_path)
    looks.unlink()
    assert len(score_job(job, tmp_path)["answers"]) == 8


def test_a_job_without_an_asset_cannot_be_scored(tmp_path):
    with pytest.raises(JobMissing):
        score_job(ball_job(tmp_path), JUDGE)
