"""A prior's word: every form it may take, and nonsense refused with the nearest known name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub.utils import HFValidationError, validate_repo_id
from hypothesis import given
from hypothesis import strategies as st

from dreamfusion_blender.batch import spec_of
from dreamfusion_blender.errors import DreamFusionError, ModelUnusable, UnknownPrior
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.models import CATALOGUE, FAST_ENCODERS, NAMES
from dreamfusion_blender.models.families import FAMILIES
from dreamfusion_blender.models.reference import MAX_PRIOR, absolute, is_hub_id, read_download, read_reference
from dreamfusion_blender.paths import ROOT


def test_the_catalogue_is_sound():
    assert len(set(NAMES)) == len(NAMES) and NAMES[0] == "toybox"
    repositories = [model.repository for model in CATALOGUE if model.repository]
    assert len(set(repositories)) == len(repositories) == len(CATALOGUE) - 1
    for model in CATALOGUE:
        assert model.name == model.name.lower() and not any(mark in model.name for mark in "/\\.~ ")
        assert model.family in FAMILIES and model.licence
        assert model.repository is None or (is_hub_id(model.repository) and model.download_gb > 0)
        assert read_reference(model.name).model is model
        assert JobSpec(prompt="a dog", prior=model.name).validate().prior == model.name
    assert {model.family for model in CATALOGUE} == set(FAMILIES)


def test_the_documented_catalogue_is_the_one_in_the_code():
    text = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    for model in CATALOGUE:
        assert f"`{model.name}`" in text
        assert model.repository is None or model.repository in text or model.name in ("if-l", "if-xl")
        assert re.split(r" Licence| licence| \(", model.licence)[0] in text


def test_the_fast_encoders_are_sound_and_documented():
    text = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    for encoder in FAST_ENCODERS:
        assert encoder.name not in NAMES and is_hub_id(encoder.repository)
        assert read_download(encoder.name) == replace(read_download(encoder.repository), text=encoder.name)
        assert f"`{encoder.name}`" in text and encoder.repository in text
        with pytest.raises(UnknownPrior, match="no prior but a fast encoder"):
            read_reference(encoder.name)
    having = {family.name for family in FAMILIES if "fast_encoder" in family.options}
    assert {name for encoder in FAST_ENCODERS for name in encoder.family_names} == having


def test_a_repository_of_the_catalogue_is_known_by_its_own_name_too():
    assert read_reference("stable-diffusion-v1-5/stable-diffusion-v1-5").model is read_reference("sd15").model


@pytest.mark.parametrize("text", ["owner/name", "A-b_c.d/e.f-g_h", "o/n", "stabilityai/stable-diffusion-3.5-medium"])
def test_owner_and_name_are_a_repository_of_the_hub(text):
    reference = read_reference(text)
    assert (reference.repository, reference.path) == (text, None)


@pytest.mark.parametrize(
    "text", ["/models/sd", "/models/dreamshaper.safetensors", "C:\\models\\sd", "~/sd.safetensors"]
)
def test_whole_paths_are_paths(text):
    assert read_reference(text).path == Path(text).expanduser()
    assert JobSpec(prompt="a dog", prior=text).validate().prior == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Known: toybox"),
        ("  ", "Known: toybox"),
        (7, "Known: toybox"),
        (None, "Known: toybox"),
        ("toybx", "did you mean 'toybox'"),
        ("SDXL", "did you mean 'sdxl'"),
        ("if_xl", "did you mean 'if-xl'"),
        ("qwerty uiop", "owner/name on the hub"),
        ("../sd", "give the whole path"),
        ("models/sd/fine", "give the whole path"),
        ("sd.safetensors", "give the whole path"),
        ("owner/na--me", "give the whole path"),
        ("owner/\x07name", "control character"),
        ("x" * (MAX_PRIOR + 1), f"{MAX_PRIOR + 1} characters"),
    ],
)
def test_what_means_nothing_is_refused_in_words(text, words):
    with pytest.raises(UnknownPrior) as caught:
        read_reference(text)
    assert words in caught.value.message
    with pytest.raises(UnknownPrior):
        JobSpec.from_json({"prompt": "a dog", "prior": text})


@pytest.mark.parametrize("name", ["/m/sd.ckpt", "owner/pytorch_model.bin", "model.PT", "/x/y.pth"])
def test_pickles_are_refused_by_their_names(name):
    with pytest.raises(ModelUnusable, match="pickle"):
        read_reference(name)


@given(st.text(st.sampled_from("aZ0-_./~\\"), max_size=20) | st.text(max_size=30))
def test_any_text_is_understood_or_refused_in_words(text):
    try:
        reference = read_reference(text)
    except DreamFusionError as error:
        assert error.message
    else:
        assert (reference.repository is None) or (reference.path is None)


@given(
    st.text(st.sampled_from("aZ0-_."), min_size=1, max_size=8),
    st.text(st.sampled_from("aZ0-_."), min_size=1, max_size=8),
)
def test_what_we_take_for_a_repository_the_hub_does_too(owner, name):
    text = f"{owner}/{name}"
    if is_hub_id(text):
        try:
            validate_repo_id(text)
        except HFValidationError as error:
            raise AssertionError(text) from error


def test_paths_from_here_are_made_whole_at_the_doors(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert absolute("./sd") == str(tmp_path / "sd")
    assert absolute("fine.safetensors") == str(tmp_path / "fine.safetensors")
    assert spec_of({"prompt": "a dog", "prior": "./sd"}).prior == str(tmp_path / "sd")
    for text in ("sd15", "owner/name", "nonsense", str(tmp_path)):
        assert absolute(text) == text
