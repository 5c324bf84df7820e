"""Going on from jobs on the command line, as a process. The engine is the fake one."""

from __future__ import annotations

import json

import pytest

from dreamfusion_blender.store import list_jobs


@pytest.fixture
def mug(run_cli):
    """A finished job."""
    assert run_cli("generate", "a red mug", "--seed", "4").returncode == 0
    (job,) = list_jobs()
    job.checkpoint.write_bytes(b"state")
    return job


@pytest.mark.parametrize(
    ("arguments", "relation", "prompt", "strength"),
    [
        (("continue", "JOB", "--steps", "7"), "continue", "a red mug", 0.0),
        (("branch", "JOB", "a blue mug", "--strength", "0.3", "--guidance", "9"), "branch", "a blue mug", 0.3),
        (("restyle", "JOB", "a green mug"), "restyle", "a green mug", 0.9),
    ],
)
def test_each_way_makes_a_job_of_its_own_and_delivers_it(run_cli, mug, arguments, relation, prompt, strength):
    done = run_cli(*(mug.id if each == "JOB" else each for each in arguments), "--out", "child.glb")
    assert done.returncode == 0, done.stderr
    (child,) = (job for job in list_jobs() if job.id != mug.id)
    origin = child.spec.origin
    assert origin is not None and (origin.job, origin.relation, origin.strength) == (mug.id, relation, strength)
    assert child.spec.prompt == prompt and child.start.is_file() and "child.glb" in done.stdout
    if relation == "branch":
        assert child.spec.overrides == {"denoise_fit.guidance_weight": 9.0, "sds.guidance_weight": 9.0}


def test_variations_of_a_prompt_have_neighbouring_seeds_and_one_picture(run_cli, tmp_path):
    done = run_cli("variations", "a red mug", "--count", "3", "--seed", "10")
    assert done.returncode == 0, done.stderr
    assert sorted(job.spec.seed for job in list_jobs()) == [10, 11, 12]
    (picture,) = (tmp_path / "here").glob("*-variations-*.png")
    assert picture.read_text() == "picture of 3" and str(picture.name) in done.stdout
    assert done.stdout.index("  asset ") < done.stdout.index("[2/3]")  # each is delivered as soon as it is done


def test_a_job_that_lies_elsewhere_is_varied_too(run_cli, mug, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    mug.path.rename(elsewhere)
    done = run_cli("variations", "--of", str(elsewhere), "--count", "2", "--strength", "0.5")
    assert done.returncode == 0, done.stderr
    assert [job.start.read_bytes() for job in list_jobs()] == [b"state"] * 2


def test_variations_of_a_job_are_its_siblings(run_cli, mug):
    assert run_cli("variations", "--of", mug.id, "--count", "2", "--strength", "0.5").returncode == 0
    made = [job for job in list_jobs() if job.id != mug.id]
    assert sorted(job.spec.seed for job in made) == [5, 6] and all(job.start.is_file() for job in made)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("branch", "nothing", "a mug"), 30, "There is no job"),
        (("restyle", "JOB", "qwertz"), 3, "knows no word"),
        (("branch", "JOB", "--strength", "2"), 2, "from 0 to 1"),
        (("variations", "--count", "2"), 2, "There is no prompt"),
        (("variations", "a red mug", "--strength", "0.5"), 2, "--of"),
        (("variations", "a red mug", "--count", "0"), 2, "from 1 to 64"),
        (("compare", "JOB", "nothing", "--out", "x.png"), 30, "There is no job"),
        (("delete", "JOB", "nothing"), 30, "There is no job"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(run_cli, mug, arguments, code, words):
    done = run_cli(*(mug.id if each == "JOB" else each for each in arguments))
    assert done.returncode == code and words in done.stderr
    assert [job.id for job in list_jobs()] == [mug.id]


def test_history_prints_the_tree_and_delete_takes_a_job_out_of_it(run_cli, mug):
    run_cli("restyle", mug.id, "a blue mug")
    said = run_cli("history").stdout.splitlines()
    assert said[0].endswith(mug.name) and "   restyle: a-blue-mug" in said[1] and said[2].startswith("2 jobs")
    assert run_cli("delete", mug.id).returncode == 0
    assert "which is gone" in run_cli("history").stdout
    (entry,) = map(json.loads, run_cli("history", "--json").stdout.splitlines())
    assert (entry["relation"], entry["parent"]) == ("restyle", mug.id)


def test_compare_draws_one_picture(run_cli, mug, tmp_path):
    assert run_cli("compare", mug.id, mug.id, "--out", "both.png").returncode == 0
    assert (tmp_path / "here" / "both.png").read_text() == "picture of 2"
