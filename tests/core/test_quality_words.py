"""What the measured numbers mean in words, and which button goes with them."""

from __future__ import annotations

import copy
import json

import pytest

from dreamfusion_blender.command_line.output import Output
from dreamfusion_blender.cut import CutSettings
from dreamfusion_blender.errors import JobDamaged, JobMissing
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.quality import AGAIN, REEXTRACT, contract_warnings, findings, findings_of, one_headed
from dreamfusion_blender.store import JobFolder

GOOD = {
    "version": 1,
    "contract": {
        "triangles": 900,
        "parts": 1,
        "uv_coverage": 0.6,
        "watertight": True,
        "violations": [],
        "edges": {"paired": 1350, "boundary": 0, "crowded": 0, "flipped": 0},
    },
    "cut": CutSettings(size=1.0, triangles=1000, texture_size=512, threshold=0.01).to_json(),
    "points_a_side": 128,
    "points_asked": 128,
    "islands_removed": 0,
    "two_faced": {"score": 0.1, "sides": 0.1, "detail": 0.1},
}


def said(**changes):
    """The findings of a good report with some numbers changed, by name."""
    report = copy.deepcopy(GOOD)
    for key, value in changes.items():
        part, _, name = key.partition("__")
        report[part] = value if not name else {**report[part], name: value}
    return {each.name: each for each in findings(report, "a-red-mug-0-abc")}


def test_of_a_good_asset_there_is_nothing_to_look_at():
    found = said()
    assert [each.state for each in found.values()] == ["good"] * 5
    assert all(each.help is None for each in found.values())
    assert found["triangles"].words == "900 triangles of at most 1,000"
    assert found["texture"].words == "60% of the texture (512 px) is in use"
    assert found["islands"].words == "In one part; no loose piece left out"


TWO_HEADED = {"score": 0.1, "sides": 0.1, "detail": 0.1, "outline": 0.97}


def test_the_same_outline_in_front_and_behind_is_said_of_animals_alone():
    (found,) = [each for name, each in said(two_faced=TWO_HEADED, prompt="a Red dog").items() if name == "two_headed"]
    assert (found.state, found.help and found.help.operator) == ("look", AGAIN)
    assert found.words == "Front and back have the same outline (97%): right for a table, unusual for “dog”"
    for prompt in ("a red mug", "a hot dog", "a dog house", "a teddy bear", "a catapult", ""):
        assert "two_headed" not in said(two_faced=TWO_HEADED, prompt=prompt), prompt
    assert "two_headed" not in said(two_faced={**TWO_HEADED, "outline": 0.79}, prompt="a dog")
    assert "two_headed" not in said(two_faced=GOOD["two_faced"], prompt="a dog")  # as earlier versions measured


@pytest.mark.parametrize("prompt", ["a dog", "a white dog.", "Dog wearing a hat", "one dog, with wings", "dog and cup"])
def test_an_animal_is_found_in_a_sentence(prompt):
    assert one_headed(prompt) == "dog"


@pytest.mark.parametrize(
    ("changes", "name", "state", "words", "operator", "values"),
    [
        (
            {"contract__watertight": False, "contract__edges": {"boundary": 3, "crowded": 1, "flipped": 0}},
            *("watertight", "bad", "Not watertight: 4 edges", REEXTRACT, {"resolution": 192}),
        ),
        ({"contract__triangles": 1001}, "triangles", "bad", "too many", REEXTRACT, {"triangles": 1000}),
        ({"points_a_side": 64}, "triangles", "look", "64 points a side instead of 128", REEXTRACT, {"triangles": 4000}),
        ({"contract__uv_coverage": 0.2}, "texture", "look", "20% of the texture", REEXTRACT, {"texture_size": 1024}),
        ({"islands_removed": 7}, "islands", "look", "7 loose pieces left out", REEXTRACT, {"threshold": -0.01}),
        ({"two_faced": {"score": 0.7, "sides": 0.0}}, "two_faced", "look", "the sides are not", AGAIN, {}),
        ({"two_faced": {"score": 0.8, "sides": 0.8}}, "two_faced", "look", "Alike from all sides (80%)", AGAIN, {}),
        ({"views": {"answers": [True] * 3 + [False] * 5, "scorer": "x"}}, "views", "look", "3 of 8 views", AGAIN, {}),
        ({"views": {"answers": [False] * 8, "scorer": "x"}}, "views", "bad", "0 of 8 views", AGAIN, {}),
    ],
)
def test_what_is_not_good_has_a_button_that_may_help(changes, name, state, words, operator, values):
    found = said(**changes)[name]
    assert found.state == state and words in found.words
    assert found.help is not None and (found.help.operator, found.help.values) == (operator, values)
    if operator == REEXTRACT:
        (setting,) = values
        assert found.help.command.endswith(f"export a-red-mug-0-abc --{setting.replace('_', '-')} {values[setting]}")


def test_an_object_of_one_colour_is_not_judged_two_faced():
    found = said(two_faced={"score": None, "sides": None, "detail": 0.01})["two_faced"]
    assert found.state == "good" and "cannot be told" in found.words


def test_other_breaches_of_the_contract_are_said_once():
    broken = ["the surface is not watertight and manifold: …", "2 texels belong to more than one triangle"]
    found = said(contract__violations=broken)
    assert found["contract"].words == "Breaks its contract: 2 texels belong to more than one triangle"


@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_line_says_a_breach_once_to_people_and_passes_its_event_to_programs(capsys, as_json):
    broken = {**GOOD["contract"], "violations": ["3 triangles have no area"]}
    report = {**GOOD, "contract": broken}
    output = Output(as_json)
    for event in [*contract_warnings(report), {"type": "finished", "job": "/a-red-mug", "report": report}]:
        output.event(event)
    printed = capsys.readouterr()
    if as_json:
        event = json.loads(printed.out.splitlines()[0])
        assert (event["type"], event["code"]) == ("warning", "contract")
        assert event["message"] == "The asset breaks its contract: 3 triangles have no area"
    else:
        assert printed.out.count("3 triangles have no area") == 1 and not printed.err


def test_views_that_answer_are_good():
    assert said(views={"answers": [True] * 5 + [False] * 3, "scorer": "x"})["views"].state == "good"


@pytest.mark.parametrize(
    ("content", "error"),
    [(None, JobMissing), ("{", JobDamaged), ('{"version": 9}', JobDamaged), ('{"version": 1}', JobDamaged)],
)
def test_a_report_that_is_not_there_or_spoilt_is_an_error_in_words(content, error):
    job = JobFolder.create(JobSpec(prompt="a red mug"))
    if content is not None:
        job.quality.write_text(content)
    with pytest.raises(error):
        findings_of(job)
    job.quality.write_text(json.dumps(GOOD))
    assert len(findings_of(job)) == 5
