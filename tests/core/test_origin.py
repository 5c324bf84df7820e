"""Descent in specs and folders: what a child keeps of its parent, what is refused, and that the parent is untouched."""

from __future__ import annotations

import json
import os
import shutil

import numpy as np
import pytest

from dreamfusion_blender import descent
from dreamfusion_blender.descent import branched, continued, restyled, variations_of, varied
from dreamfusion_blender.errors import BadSpec, JobDamaged, JobMissing
from dreamfusion_blender.inputs import GivenMesh, Inputs, Placement, placement_around
from dreamfusion_blender.job import SPEC_VERSION, JobSpec
from dreamfusion_blender.models import resolve
from dreamfusion_blender.models.options import PriorOptions
from dreamfusion_blender.origin import Origin
from dreamfusion_blender.store import JobFolder, find_job, fingerprint


@pytest.fixture
def parent():
    """A finished job with a checkpoint."""
    job = JobFolder.create(JobSpec(prompt="a red chair", seed=4, steps=80, overrides={"sds.guidance_weight": 5.0}))
    job.checkpoint.write_bytes(b"the parent's state")
    job.write_state("finished")
    return job


def test_a_spec_without_an_origin_is_still_read():
    old = {**JobSpec(prompt="a red mug").to_json(), "version": 1}
    del old["origin"]
    spec = JobSpec.from_json(old)
    assert spec.origin is None and spec.version == SPEC_VERSION and spec == JobSpec(prompt="a red mug")


def test_an_origin_survives_the_disk(parent):
    spec = branched(parent, 0.4, prompt="a blue chair")
    assert JobSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
    assert JobFolder.open(JobFolder.create(spec).path).spec.origin == Origin(parent.id, "branch", 0.4)


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("3f09ac", "origin is a table"),
        ({"job": "3f09ac"}, "origin is a table"),
        ({"job": "3f09ac", "relation": "branch", "colour": 1}, "origin is a table"),
        ({"job": "../../etc", "relation": "branch"}, "a job's id"),
        ({"job": 7, "relation": "branch"}, "a job's id"),
        ({"job": "3f09ac", "relation": "cousin"}, "permitted: continue, branch"),
        ({"job": "3f09ac", "relation": "branch", "strength": 1.5}, "from 0 to 1"),
        ({"job": "3f09ac", "relation": "branch", "strength": float("nan")}, "from 0 to 1"),
        ({"job": "3f09ac", "relation": "branch", "strength": True}, "from 0 to 1"),
    ],
)
def test_what_is_no_origin_is_refused_in_words(origin, words):
    with pytest.raises(BadSpec, match=words):
        JobSpec.from_json({"prompt": "a red mug", "origin": origin})


def test_a_child_has_its_parents_settings_but_for_what_is_changed(parent):
    spec = branched(parent, 0.5, prompt="a blue chair", overrides={"denoise_fit.guidance_weight": 9.0})
    assert (spec.prompt, spec.seed, spec.preset) == ("a blue chair", 4, "standard")
    assert spec.overrides == {"sds.guidance_weight": 5.0, "denoise_fit.guidance_weight": 9.0}
    assert spec.steps == 40  # half of the schedules, half of the steps
    with pytest.raises(BadSpec, match="did you mean 'seed'"):
        branched(parent, 0.5, seeed=3)


def test_files_of_a_child_are_named_whole_as_those_of_any_job(parent, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    spec = branched(parent, 0.5, prior="./model", loras=["style.safetensors"], configuration="./configuration")
    assert spec.prior == str(tmp_path / "model") and spec.configuration == str(tmp_path / "configuration")
    assert [each.path for each in spec.loras] == [tmp_path / "style.safetensors"]


def test_another_prior_takes_over_nothing_that_belongs_to_its_predecessor(tmp_path):
    """It has other LoRA files and encoders, or none, and maybe another number of views."""
    lora = {"path": str(tmp_path / "style.safetensors"), "weight": 1.0}
    files = {"loras": [lora], "fast_encoder": "taesd", "configuration": "sd15", "picture_size": 256}
    settings = {"prompt": "a red mug", "prior": "sd15", "views": "single", "precision": "float32", **files}
    parent = JobFolder.create(JobSpec.from_json(settings))
    parent.checkpoint.write_bytes(b"state")
    for made in (branched(parent, prior="toybox"), *varied(parent, 1, prior="toybox")):
        assert made.views == "auto" and made.precision == "float32"
        assert made.prior_options == PriorOptions(precision="float32")
        made.prior_options.check(resolve(made.prior))
    assert branched(parent, prior="sdxl", picture_size=512).picture_size == 512
    for same in (branched(parent, prior="sd15"), branched(parent, seed=3)):
        assert same.prior_options == parent.spec.prior_options and same.views == "single"


def test_a_floor_in_the_field_is_not_put_under_what_was_made_without_one(parent):
    """It would cut off what is below it."""
    ratio = {"constraints.ratio": "1:1:2"}
    boxed = JobFolder.create(branched(parent, 1.0, overrides=ratio))
    boxed.checkpoint.write_bytes(b"state")
    floor = {"constraints.flat_base": True}
    with pytest.raises(BadSpec, match="below the floor"):
        branched(boxed, prompt="a blue mug", overrides=floor)
    (sibling,) = varied(boxed, 1, overrides=floor)
    assert sibling.overrides == {**parent.spec.overrides, **ratio, **floor}
    assert branched(parent, overrides=floor).overrides == {**parent.spec.overrides, **floor}  # cut with the mesh


@pytest.mark.parametrize(
    ("kinds", "ratio", "in_field"),
    [((), "", False), ((), "1:1:2", True), (("must",), "1:1:2", False), (("may", "must"), "", True)],
)
def test_a_floor_is_refused_where_it_would_be_in_the_field_and_not_cut_with_the_mesh(kinds, ratio, in_field):
    mesh = GivenMesh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    given = dict.fromkeys(kinds, mesh)
    content = Inputs(placement_around([mesh]) if kinds else Placement(), **given).to_bytes()
    spec = JobSpec(prompt="a red mug", inputs=fingerprint(content), overrides={"constraints.ratio": ratio})
    parent = JobFolder.create(spec, inputs=content)
    floor = {"constraints.flat_base": True}
    if in_field:
        with pytest.raises(BadSpec, match="below the floor"):
            branched(parent, overrides=floor)
    else:
        assert branched(parent, overrides=floor).overrides["constraints.flat_base"] is True


def test_proportions_put_the_floor_that_was_cut_into_the_field(parent):
    """What was below the mesh's own plane is still in the field."""
    cut = JobFolder.create(branched(parent, overrides={"constraints.flat_base": True}))
    with pytest.raises(BadSpec, match="below the floor"):
        branched(cut, overrides={"constraints.ratio": "1:1:2"})


def made_with(**constraints):
    overrides = {f"constraints.{name}": value for name, value in constraints.items()}
    job = JobFolder.create(JobSpec(prompt="a red mug", overrides=overrides))
    job.checkpoint.write_bytes(b"state")
    return job


@pytest.mark.parametrize("symmetry", ["none", "soft"])
def test_the_side_that_a_mirror_stood_for_is_not_gone_on_from(symmetry):
    """The field was asked at x ≥ 0 alone; at x < 0 it is as it began."""
    mirrored, wish = made_with(symmetry="exact"), {"constraints.symmetry": symmetry}
    for make in (lambda: branched(mirrored, overrides=wish), lambda: varied(mirrored, 1, 0.5, overrides=wish)):
        with pytest.raises(BadSpec, match="left side was never learnt"):
            make()
    assert varied(mirrored, 1, overrides=wish)
    assert branched(mirrored, seed=9).overrides["constraints.symmetry"] == "exact"
    assert branched(made_with(symmetry=symmetry), overrides={"constraints.symmetry": "exact"})


@pytest.mark.parametrize(
    ("had", "wish"),
    [
        ({}, {"symmetry": "exact"}),
        ({}, {"flat_base": True}),
        ({"flat_base": True}, {"flat_base": False}),
        ({"flat_base": True, "ratio": "1:1:2"}, {"ratio": "1:1:1"}),
    ],
)
def test_a_restyling_is_given_no_constraint_that_moves_the_shape(had, wish):
    wishes = {f"constraints.{name}": value for name, value in wish.items()}
    with pytest.raises(BadSpec, match="would move its shape"):
        restyled(made_with(**had), "a blue mug", overrides=wishes)
    assert restyled(made_with(**had), "a blue mug", overrides={"constraints.palette": "#ff0000"})
    assert restyled(made_with(), "a blue mug", overrides={"constraints.symmetry": "soft", "constraints.ratio": "1:2:1"})


def test_steps_do_not_shrink_from_generation_to_generation(parent):
    first = JobFolder.create(branched(parent, 0.5))
    first.checkpoint.write_bytes(b"state")
    assert branched(first, 0.5).steps == 40
    assert branched(first, 1.0).steps == 80
    assert restyled(parent, "a blue chair", 0.1).steps == 20
    assert continued(parent, 7).steps == 7


def test_variations_have_the_seeds_that_follow(parent):
    assert [spec.seed for spec in varied(parent, 3)] == [5, 6, 7]
    assert [spec.seed for spec in varied(parent, 2, seed=100)] == [100, 101]
    fresh = variations_of(JobSpec(prompt="a red mug", seed=9), 2)
    assert [(spec.seed, spec.origin) for spec in fresh] == [(9, None), (10, None)]
    for count in (0, 65, True):
        with pytest.raises(BadSpec, match="from 1 to 64"):
            varied(parent, count)


def test_a_child_keeps_what_it_begins_with_and_its_parent_is_untouched(parent):
    before = {path.name: path.read_bytes() for path in parent.path.iterdir()}
    child = JobFolder.create(branched(parent))
    assert child.start.read_bytes() == b"the parent's state"
    parent.checkpoint.unlink()
    parent.checkpoint.write_bytes(b"another")
    assert child.start.read_bytes() == b"the parent's state"
    assert before.keys() == {path.name for path in parent.path.iterdir()}
    shutil.rmtree(parent.path)
    assert child.start.read_bytes() == b"the parent's state"


def test_a_disk_without_links_gets_a_copy(parent, monkeypatch):
    def refuse(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    assert JobFolder.create(branched(parent)).start.read_bytes() == b"the parent's state"


def test_only_a_variation_at_full_strength_begins_with_nothing(parent):
    fresh, sibling = varied(parent, 1)[0], varied(parent, 1, 0.5)[0]
    assert not JobFolder.create(fresh).start.exists()
    assert JobFolder.create(sibling).start.exists()


def test_a_parent_that_cannot_be_gone_on_from_is_named(parent):
    unfinished = JobFolder.create(JobSpec(prompt="a red mug"))
    with pytest.raises(JobMissing, match="not finished") as caught:
        continued(unfinished)
    assert str(caught.value.remedy).count(f"resume {unfinished.name}") == 1
    with pytest.raises(JobMissing, match="no checkpoint to begin from"):
        JobFolder.create(branched(unfinished))
    shutil.move(parent.path, parent.path.parent.parent / "elsewhere")
    with pytest.raises(JobMissing, match="deleted or moved, or made elsewhere"):
        JobFolder.create(branched(parent))
    moved = JobFolder.open(parent.path.parent.parent / "elsewhere")
    assert JobFolder.create(branched(moved), parent=moved).start.exists()


def test_a_parent_without_the_meshes_that_it_was_given_is_damaged():
    content = Inputs(Placement()).to_bytes()
    parent = JobFolder.create(JobSpec(prompt="a red mug", inputs=fingerprint(content)), inputs=content)
    parent.checkpoint.write_bytes(b"state")
    parent.inputs.unlink()
    with pytest.raises(JobDamaged, match=r"inputs\.npz"):
        JobFolder.create(branched(parent))


def test_what_a_job_began_with_is_enough_to_make_it_again(parent):
    spec = branched(parent)
    first = JobFolder.create(spec)
    parent.checkpoint.unlink()
    parent.checkpoint.write_bytes(b"another state")
    assert JobFolder.create(spec, start=first.start).start.read_bytes() == b"the parent's state"
    shutil.rmtree(parent.path)
    assert JobFolder.create(spec, start=first.start).start.read_bytes() == b"the parent's state"


def test_a_job_is_found_by_its_id_alone(parent):
    assert find_job(parent.id).path == parent.path
    with pytest.raises(JobMissing):
        find_job("*")


def test_no_two_jobs_have_one_id(parent, monkeypatch):
    drawn = iter([parent.id, parent.id, "0badc0"])
    monkeypatch.setattr("dreamfusion_blender.store.naming.secrets.token_hex", lambda _: next(drawn))
    assert JobFolder.create(JobSpec(prompt="a red chair", seed=4)).id == "0badc0"


def test_the_default_strengths_are_permitted():
    for strength in (descent.BRANCH_STRENGTH, descent.RESTYLE_STRENGTH):
        Origin("3f09ac", "branch", strength).validate()
