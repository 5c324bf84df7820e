"""What is proposed where a job does not fit would fit, and is as little as there can be."""

import dataclasses
import json

import pytest
from test_preflight import FAST, GPU, SD, WORK, cast

from backend.memory.estimate import FAMILY_COSTS, Plan, Work
from backend.memory.preflight import planned
from backend.memory.remedies import what_would_fit
from dreamfusion_blender.errors import OutOfMemory
from dreamfusion_blender.models.families import FAMILIES
from dreamfusion_blender.models.fast_encoders import fast_encoder_of

SMALLEST = Plan(4, 4096)


def fits(work, arguments, room):
    """Whether the job is within `room` with what a remedy's command says."""
    words = arguments.split()
    settings = dict(words[at + 1].split("=") for at, word in enumerate(words) if word == "--set")
    mine = {name: json.loads(value) for name, value in settings.items() if not name.startswith("memory.")}
    fast = work.fast_encoder or "--fast-encoder" in words
    changed = dataclasses.replace(work, preset=work.preset.with_overrides(mine), fast_encoder=fast)
    plan = Plan(int(settings["memory.accumulate"]), int(settings["memory.points_at_once"]))
    return changed.step_bytes(plan) <= room


@pytest.mark.parametrize("plan", [Plan(1, 4_000_000), SMALLEST])
@pytest.mark.parametrize("share", [0.9, 0.5, 0.2])
@pytest.mark.parametrize(
    ("family", "views"), [(SD, 1), ("stable_diffusion_xl", 1), ("deepfloyd_if", 1), ("mvdream", 4), ("toybox", 4)]
)
def test_what_is_proposed_would_fit(family, views, share, plan):
    work = Work(FAST, family, views, GPU)
    room = share * work.step_bytes(plan)
    remedy = what_would_fit(work, plan, room)
    if remedy.command is None:
        assert remedy.label == "Take another prior, or more memory"
        assert plan == SMALLEST or family == "toybox" or views == 4, "whole steps leave much to save"
    else:
        assert fits(work, remedy.command, room)


def test_as_few_changes_are_proposed_as_there_can_be():
    plan = Plan(1, 4_000_000)
    label = what_would_fit(WORK, plan, 0.4 * WORK.step_bytes(plan)).label
    assert label.count("(") == 2 and " and show" not in label
    both = what_would_fit(WORK, plan, 0.2 * WORK.step_bytes(plan))
    assert "score.full_encoder_from=1) and show one view a step (score.views=1); or" in both.label
    assert "taesd --set score.full_encoder_from=1 --set score.views=1 " in str(both.command)
    capped = dataclasses.replace(WORK, preset=FAST.with_overrides({"memory.cap_gb": 2.0}))
    assert what_would_fit(capped, plan, -1.0).label == "Take another prior, or a higher memory.cap_gb"


def test_the_fast_encoder_is_proposed_where_it_is_what_helps():
    room = 0.5 * WORK.step_bytes(SMALLEST)
    remedy = what_would_fit(WORK, SMALLEST, room)
    assert remedy.label.startswith(
        "Use the fast encoder in the whole run (fast_encoder=taesd, score.full_encoder_from=1); or "
    )
    assert "--fast-encoder taesd --set score.full_encoder_from=1 " in str(remedy.command)
    has_one = dataclasses.replace(WORK, fast_encoder=True)  # which leaves the end of the run to the full one
    assert has_one.step_bytes(SMALLEST) == WORK.step_bytes(SMALLEST)
    assert "--fast-encoder" not in str(what_would_fit(has_one, SMALLEST, room).command)
    assert "fast encoder" not in what_would_fit(Work(FAST, "deepfloyd_if", 1, GPU), SMALLEST, room).label


def test_a_refusal_names_what_fits():
    plan = Plan(1, 4_000_000)
    with pytest.raises(OutOfMemory) as caught:
        planned(cast(12e9, 1.8e9), WORK, plan)
    remedy = caught.value.remedy
    assert remedy is not None and remedy.command is not None
    assert fits(WORK, remedy.command, 0.8 / 11 * WORK.step_bytes(plan))
    assert remedy.label.endswith("; or take another prior, or more memory")


def test_every_family_has_the_fast_encoder_s_cost_that_has_one():
    for family in FAMILIES:
        assert (FAMILY_COSTS[family.name].fast_encode > 0) == (fast_encoder_of(family.name) is not None)
        assert FAMILY_COSTS[family.name].fast_encode <= FAMILY_COSTS[family.name].encode / 4
