"""The lists of the benchmark with ground truth, and the captions among which its judge chooses."""

from __future__ import annotations

import json

import pytest

from benchmarks.scoring import toybox
from benchmarks.toybox_benchmark.candidates import candidates
from benchmarks.toybox_benchmark.tasks import LISTS, Task, choose, held_out, tasks
from dreamfusion_blender.vocabulary import read_prompt

A, B = tasks("A"), tasks("B")


def of_group(listed, group):
    return [task for task in listed if task.group == group]


def test_the_lists_are_fixed_disjoint_and_nobody_s_choice():
    assert len(A) == 12 and len(B) == 48
    assert json.loads(LISTS.read_text()) == choose()
    prompts = [task.prompt for task in A + B]
    assert len(set(prompts)) == 60
    alone = [task.description.first.name for task in A + B if task.group != "two objects"]
    assert len(set(alone)) == len(alone) == 40, "no object is tuned on and reported on"


@pytest.mark.parametrize("task", A + B, ids=lambda task: task.key)
def test_the_prior_knows_every_word(task):
    words = read_prompt(task.prompt, "toybox")
    assert words.known and words.warning() is None


@pytest.mark.parametrize("task", A + B, ids=lambda task: task.key)
def test_groups_are_what_they_are_called(task):
    phrases = toybox()[0]
    kept_out = [held_out(phrases[item.name], item.colours[0]) for item in task.description.items()]
    assert len(kept_out) == (2 if task.group == "two objects" else 1)
    assert all(kept_out) if task.group == "held out" else not any(kept_out)


def test_held_out_pairs_are_a_twelfth_and_those_of_the_first_training():
    phrases, colours = toybox()
    pairs = [(phrase, colour) for phrase in phrases.values() for colour in colours if "{0}" in phrase]
    assert 0.05 < sum(held_out(*pair) for pair in pairs) / len(pairs) < 0.12
    # Written down from the training's own rule: what it kept out must not move.
    assert (
        held_out("{0} apple", "blue") and held_out("{0} chair", "gray") and held_out("turtle with {0} shell", "brown")
    )
    assert not held_out("{0} apple", "red")


def test_a_prompt_that_is_not_the_toybox_s_is_refused():
    with pytest.raises(ValueError, match="zeppelin"):
        Task.of("a golden zeppelin", "seen")


def test_one_object_is_told_from_its_colours_and_from_all_objects():
    task = Task.of("a gray mug", "seen")
    colour = candidates(task, "colour")
    assert colour[0] == "a gray mug"
    assert {"a red mug", "a gray teapot"} <= set(colour) and len(set(colour)) == len(colour) == 12 + 78
    assert candidates(task, "clay")[0] == "a white mug" and len(candidates(task, "clay")) == 78


def test_two_objects_are_told_from_every_exchange():
    colour = candidates(Task.of("a red ball on top of a blue cube", "two objects"), "colour")
    assert colour == [
        "a red ball on top of a blue cube",
        "a blue ball on top of a red cube",
        "a red cube on top of a blue ball",
        "a blue cube on top of a red ball",
        "a red ball next to a blue cube",
        "a blue ball next to a red cube",
        "a red ball",
        "a blue cube",
    ]


def test_neighbours_the_other_way_round_are_the_same():
    colour = candidates(Task.of("a red ball next to a blue cube", "two objects"), "colour")
    assert colour[0] == "a red ball next to a blue cube"
    assert "a blue cube next to a red ball" not in colour
    assert {"a blue ball next to a red cube", "a blue cube on top of a red ball"} <= set(colour)


def test_clay_tells_two_objects_by_their_shapes_alone():
    clay = candidates(Task.of("a red ball on top of a blue cube", "two objects"), "clay")
    assert clay[:3] == [
        "a white ball on top of a white cube",
        "a white cube on top of a white ball",
        "a white ball next to a white cube",
    ]
    assert len(set(clay)) == len(clay) == 3 + 78
