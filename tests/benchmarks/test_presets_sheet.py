"""Presets beside each other: what is meant for which, nothing made twice, and a picture of what there is."""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
import pytest
import trimesh
from PIL import Image

from benchmarks import presets
from benchmarks.presets import PICTURE, main, methods_of
from benchmarks.sheets import LABEL
from dreamfusion_blender import Failure
from dreamfusion_blender.errors import Cancelled, EmptyField, OutOfMemory

WORDS = ["a red mug", "a blue car"]


class Made:
    """An asset that is a red cube."""

    def save_glb(self, path):
        box = trimesh.creation.box()
        colours = np.tile((230, 20, 20, 255), (len(box.vertices), 1))
        trimesh.Trimesh(box.vertices, box.faces, vertex_colors=colours, process=False).export(path)
        return path


class Product:
    """Makes each row at once, unless `answers` holds something for its prompt; keeps what it was asked for."""

    def __init__(self):
        self.rows: list[dict[str, Any]] = []
        self.answers: dict[str, Failure | Cancelled] = {}

    def generate_batch(self, batch, on_event):
        (row,) = batch
        self.rows.append(row)
        on_event({"type": "progress"})
        answer = self.answers.get(row["prompt"], Made())
        if isinstance(answer, Cancelled):
            raise answer
        return [answer]


@pytest.fixture
def asked(monkeypatch):
    product = Product()
    monkeypatch.setattr(presets, "code_version", lambda: "code")
    monkeypatch.setattr(presets, "generate_batch", product.generate_batch)
    return product


def run(tmp_path, *more):
    return main([*WORDS, "--out", str(tmp_path), *more])


def sheet(tmp_path):
    return np.asarray(Image.open(tmp_path / "presets.png"))


def test_a_row_for_each_preset_in_colour_and_in_clay(asked, tmp_path):
    assert run(tmp_path) == 0
    assert [(row["prompt"], row["preset"], row["views"]) for row in asked.rows] == [
        (prompt, preset, views)
        for prompt in WORDS
        for preset, views in (("dreamfusion", "single"), ("standard", "auto"))
    ]
    picture = sheet(tmp_path)
    assert picture.shape == (4 * (PICTURE + LABEL), 8 * PICTURE, 3)
    middles = picture[LABEL + PICTURE // 2, PICTURE // 2 :: PICTURE].astype(int)
    assert (middles[:4, 0] > middles[:4, 1] + 50).all() and (np.ptp(middles[4:], axis=1) < 10).all()


def test_nothing_is_made_twice_and_what_was_broken_off_goes_on(asked, tmp_path):
    asked.answers["a blue car"] = Cancelled("stopped")
    assert run(tmp_path) == Cancelled.exit_code
    assert len(asked.rows) == 3
    (broken,) = [json.loads(path.read_text()) for path in tmp_path.rglob("a-blue-car*.json")]
    assert "glb" not in broken and broken["seconds"] >= 0
    asked.answers.clear()
    assert run(tmp_path) == 0
    assert [row["prompt"] for row in asked.rows[3:]] == ["a blue car", "a blue car"]
    before = sheet(tmp_path)
    (tmp_path / "presets.png").unlink()
    assert run(tmp_path, "--draw") == 0
    assert len(asked.rows) == 5 and np.array_equal(sheet(tmp_path), before)
    run(tmp_path, "--seed", "1")
    assert len(asked.rows) == 9


def test_what_came_to_nothing_is_said_on_the_picture_and_not_tried_again(asked, tmp_path, capsys):
    asked.answers["a red mug"] = Failure(0, "a red mug", EmptyField("nothing is there"))
    for _ in range(2):
        assert run(tmp_path) == 0
        assert "empty_field: nothing is there" in capsys.readouterr().out
    assert len(asked.rows) == 4
    assert (sheet(tmp_path)[LABEL:PICTURE] == 255).all()


def test_what_says_nothing_of_the_preset_is_no_result(asked, tmp_path, capsys):
    """Nobody learns from a full disk how good a preset is; mended, the same command goes on."""
    asked.answers["a red mug"] = Failure(0, "a red mug", OutOfMemory("no room"))
    assert run(tmp_path) == OutOfMemory.exit_code
    assert "no room" in capsys.readouterr().err and len(asked.rows) == 1
    asked.answers.clear()
    assert run(tmp_path) == 0
    assert len(asked.rows) == 5


def options(**changes):
    """As argparse gives them."""
    usual = {"preset": None, "steps": [], "views": [], "set": [], "reduced": False, "prior": "toybox"}
    return argparse.Namespace(**{**usual, **changes})


def test_settings_are_for_all_or_for_one():
    words = ["score.views=8", "dreamfusion:score.views=2", "dreamfusion:sds.guidance_weight=9"]
    steps = ["100", "dreamfusion:2000"]
    paper, usual = methods_of(options(set=words, steps=steps))
    assert (paper.steps, usual.steps) == (2000, 100)
    assert paper.overrides == {"score.views": 2, "sds.guidance_weight": 9} and usual.overrides == {"score.views": 8}
    assert paper.name == "dreamfusion (2,000 steps)" and paper.key != methods_of(options())[0].key
    with pytest.raises(SystemExit, match="high is not among the presets"):
        methods_of(options(set=["high:score.views=2"]))
    with pytest.raises(SystemExit, match=r"\[PRESET:\]NAME=VALUE"):
        methods_of(options(set=["score.views"]))


def test_the_reduced_one_says_so_and_what_is_given_counts_more():
    paper, usual = methods_of(options(reduced=True, set=["dreamfusion:proposal.samples=24"]))
    assert (paper.name, usual.name) == ("dreamfusion (reduced, 1,500 steps)", "standard")
    assert paper.overrides["proposal.samples"] == 24 and paper.overrides["growth.resolution_end"] == 0.5
    assert not usual.overrides and usual.steps is None


def test_a_wrong_setting_is_refused_before_anything_is_made(asked, tmp_path, capsys):
    assert run(tmp_path, "--set", "score.vews=2") == 2
    assert "did you mean 'views'" in capsys.readouterr().err and not asked.rows
