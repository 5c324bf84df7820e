"""The job spec: the same after a trip through JSON, and every bad value refused in words."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamfusion_blender.errors import BadSpec, JobNewer, UnknownPreset, UnknownPrior
from dreamfusion_blender.job import MAX_PROMPT, SPEC_VERSION, JobSpec, preset_names

text = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=MAX_PROMPT).filter(str.strip)
specs = st.builds(
    JobSpec,
    prompt=text,
    seed=st.integers(0, 2**31 - 1),
    preset=st.sampled_from(preset_names()),
    views=st.sampled_from(["auto", "single", "multi"]),
    steps=st.none() | st.integers(1, 1_000_000),
    size=st.floats(0.001, 1000),
    triangles=st.integers(100, 2_000_000),
    texture_size=st.integers(64, 8192),
    device=st.sampled_from(["auto", "cpu", "mps", "cuda", "cuda:1"]),
    overrides=st.dictionaries(
        st.from_regex(r"[a-z]{1,5}\.[a-z]{1,5}", fullmatch=True),
        st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
        max_size=3,
    ),
)


@given(specs)
def test_a_spec_survives_json(spec):
    assert JobSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("prompt", "", "empty"),
        ("prompt", " \u3000 ", "empty"),
        ("prompt", "x" * (MAX_PROMPT + 1), "501 characters"),
        ("prompt", "a red\x00mug", "control character"),
        ("prompt", "a red\nmug", "control character"),
        ("prompt", "a red \ud800 mug", "control character"),
        ("prompt", 7, "text"),
        ("negative_prompt", "\x1b[2J", "control character"),
        ("seed", -1, "from 0 to 2147483647"),
        ("seed", 10**30, "from 0 to 2147483647"),
        ("seed", True, "whole number"),
        ("seed", 1.0, "whole number"),
        ("steps", 0, "from 1"),
        ("triangles", 99, "from 100"),
        ("triangles", 10**9, "from 100"),
        ("texture_size", 63, "from 64"),
        ("size", 0, "metres"),
        ("size", -1.0, "metres"),
        ("size", float("nan"), "metres"),
        ("size", float("inf"), "metres"),
        ("size", 10**400, "metres"),
        ("size", "1 m", "metres"),
        ("views", "both", "single"),
        ("device", "gpu", "cuda"),
        ("device", None, "cuda"),
        ("overrides", [], "table"),
        ("overrides", {"guidance": 1}, "dotted"),
        ("overrides", {"sds.guidance_weight": float("nan")}, "finite"),
        ("overrides", {"sds.guidance_weight": [1, None]}, "finite"),
        ("overrides", {"sds.guidance_weight": [True]}, "finite"),
        ("overrides", {"sds.guidance_weight": {}}, "finite"),
    ],
)
def test_a_bad_value_is_refused_naming_the_field_and_what_is_permitted(field, value, words):
    with pytest.raises(BadSpec) as caught:
        JobSpec.from_json({"prompt": "a red mug", field: value})
    assert field in caught.value.message and words in caught.value.message


def test_an_unknown_setting_is_refused_naming_the_nearest():
    with pytest.raises(BadSpec, match="did you mean 'triangles'"):
        JobSpec.from_json({"prompt": "a red mug", "trianlges": 1000})


def test_an_unknown_preset_or_prior_is_refused_naming_the_nearest():
    with pytest.raises(UnknownPreset, match="did you mean 'standard'"):
        JobSpec(prompt="a red mug", preset="standrad").validate()
    with pytest.raises(UnknownPrior, match="did you mean 'toybox'"):
        JobSpec(prompt="a red mug", prior="toy-box").validate()


@pytest.mark.parametrize("data", [None, [], "a red mug", 3])
def test_what_is_no_object_is_no_spec(data):
    with pytest.raises(BadSpec):
        JobSpec.from_json(data)


def test_a_newer_spec_is_not_guessed_at():
    with pytest.raises(JobNewer):
        JobSpec.from_json({"version": SPEC_VERSION + 1, "prompt": "a red mug", "shininess": 3})


def test_a_spec_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        JobSpec(prompt="a red mug").seed = 3  # pyright: ignore[reportAttributeAccessIssue]
