"""The command line's models: listed, downloaded with leave, removed, named by a path. The engine is the fake one."""

from __future__ import annotations

import pytest
from printed import lines, names

from dreamfusion_blender.store import list_jobs


def test_priors_and_their_words(run_cli):
    done = run_cli("priors", "--words")
    assert done.returncode == 0 and "snowman" in done.stdout and "golden" in done.stdout


def test_the_models_are_listed_with_what_is_here_and_their_terms(run_cli):
    done = run_cli("priors", "--json")
    listed = {event["prior"]: event for event in lines(done.stdout) if event["type"] == "prior"}
    assert list(listed)[:3] == ["toybox", "sd15", "sd21"]
    assert listed["toybox"]["state"] == "embedded" and "snowman" in listed["toybox"]["words"]
    assert (listed["if-m"]["state"], listed["if-m"]["gated"]) == ("not here", True)
    assert listed["sdxl"]["memory_gb"] is None
    told = run_cli("priors").stdout
    assert "memory not measured" in told and "licence CreativeML OpenRAIL-M" in told and "gated" in told


def test_a_model_that_is_not_here_is_downloaded_only_with_leave(run_cli, tmp_path, jobs_root):
    done = run_cli("generate", "a corgi", "--prior", "sd15")
    assert done.returncode == 70 and "priors --download sd15 --allow-network" in done.stderr
    refused = run_cli("priors", "--download", "sd15")
    assert refused.returncode == 72 and "--allow-network" in refused.stderr
    assert names(tmp_path / "here") == [] and not jobs_root.exists()


def test_with_leave_the_download_runs_first_and_the_job_after(run_cli, tmp_path, models_root):
    done = run_cli("generate", "a corgi", "--prior", "sd15", "--allow-network")
    assert done.returncode == 0, done.stderr
    (job,) = list_jobs()
    assert (job.status, job.spec.prior) == ("finished", "sd15")
    listed = run_cli("priors")
    assert "sd15     here" in listed.stdout
    removed = run_cli("priors", "--remove", "sd15")
    assert removed.returncode == 0, removed.stderr
    assert not any(path.is_dir() for path in models_root.iterdir())
    assert run_cli("priors", "--remove", "sd15").returncode == 70


def test_a_fast_encoder_is_listed_downloaded_used_and_removed(run_cli):
    (taesd, *_) = [event for event in lines(run_cli("priors", "--json").stdout) if event["type"] == "fast_encoder"]
    assert (taesd["fast_encoder"], taesd["state"], taesd["licence"]) == ("taesd", "not here", "MIT")
    refused = run_cli("priors", "--download", "taesd")
    assert refused.returncode == 72 and "--allow-network" in refused.stderr
    done = run_cli("priors", "--download", "taesd", "--allow-network")
    assert done.returncode == 0 and "taesd is here: " in done.stdout, done.stderr
    assert "taesd    here, 0.00 GB" in run_cli("priors").stdout
    assert run_cli("priors", "--remove", "taesd").returncode == 0
    done = run_cli("generate", "a corgi", "--prior", "sd15", "--fast-encoder", "taesd", "--allow-network")
    assert done.returncode == 0, done.stderr
    assert list_jobs()[0].spec.fast_encoder == "taesd" and "taesd    here" in run_cli("priors").stdout
    no_prior = run_cli("generate", "a corgi", "--prior", "taesd")
    assert no_prior.returncode == 2 and "no prior but a fast encoder" in no_prior.stderr


def test_a_download_that_fails_ends_with_its_own_code(run_cli, jobs_root):
    done = run_cli(
        "priors", "--download", "DeepFloyd/IF-I-M-v1.0", DREAMFUSION_ALLOW_NETWORK="1", FAKE_DOWNLOAD="gated"
    )
    assert done.returncode == 73 and "accept the licence" in done.stderr
    crashed = run_cli("generate", "a corgi", "--prior", "sd15", "--allow-network", FAKE_DOWNLOAD="crash")
    assert crashed.returncode == 74 and "no module named huggingface_hub" in crashed.stderr
    assert not jobs_root.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--download", "toybox"], 2, "ships with the extension"),
        (["--remove", "toybox"], 2, "ships with the extension"),
        (["--remove", "sd155"], 2, "did you mean"),
        (["--remove", "../jobs"], 2, "give the whole path"),
        (["--remove", "/tmp"], 2, "is a path"),
        (["--remove", "owner/never-fetched"], 70, "is not in"),
        (["--remove", "sd15", "--download", "sd15"], 2, "not allowed with"),
    ],
)
def test_what_cannot_be_downloaded_or_removed(run_cli, arguments, code, words):
    done = run_cli("priors", *arguments)
    assert done.returncode == code and words in done.stderr, done.stderr


def test_a_path_from_here_is_a_model(run_cli, tmp_path):
    from model_files import diffusers_files, write

    folder = write(tmp_path / "here" / "mine", diffusers_files("stable_diffusion", "StableDiffusionPipeline"))
    done = run_cli("generate", "a corgi", "--prior", "./mine")
    assert done.returncode == 0, done.stderr
    (job,) = list_jobs()
    assert job.spec.prior == str(folder)
    bad = run_cli("generate", "a corgi", "--prior", "./nowhere")
    assert bad.returncode == 71 and "no model at" in bad.stderr
