"""Downloading for real: the product's process and huggingface_hub, against a hub on this machine's loopback."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shlex
import sys

import pytest
from hub import COMMIT, REPOSITORY, Hub

from dreamfusion_blender.environment import Environment, InstallProgress, lock_hash
from dreamfusion_blender.errors import (
    Cancelled,
    DiskFull,
    DownloadFailed,
    ModelGated,
    ModelUnusable,
    NetworkNotAllowed,
    OutputUnwritable,
)
from dreamfusion_blender.models import resolve
from dreamfusion_blender.models.downloading import download
from dreamfusion_blender.models.library import MARKER, PARTIAL, ModelFolder
from dreamfusion_blender.models.recognition import check_fast_encoder

CHUNK = 10 * 1024 * 1024  # bytes that huggingface_hub reads at once
HALF = "unet/diffusion_pytorch_model.fp16.safetensors"
SMALL = {
    "model_index.json": b'{"_class_name": "StableDiffusionPipeline"}',
    "scheduler/scheduler_config.json": b'{"prediction_type": "epsilon"}',
    "tokenizer/tokenizer.json": b"{}",
    "text_encoder/config.json": b'{"a": 1}',
    "text_encoder/model.safetensors": b"text encoder",
    "unet/config.json": b'{"b": 2}',
    "vae/config.json": b'{"c": 3}',
    "vae/diffusion_pytorch_model.safetensors": b"autoencoder",
}
UNWANTED = {
    "README.md": b"# A model",
    "v1-5-pruned.ckpt": b"pickle",
    "unet/diffusion_pytorch_model.bin": b"pickle",
    "unet/mv_unet.py": b"import os",
    "unet/diffusion_pytorch_model.safetensors": b"in full precision",
    "safety_checker/model.safetensors": b"safety",
    "../evil.json": b"{}",
}


@pytest.fixture
def environment(tmp_path):
    """An installed environment whose python is this one: the product's own process runs in it."""
    folder = tmp_path / "env"
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    (folder / "dreamfusion-environment.json").write_text(json.dumps({"state": "ready", "lock": lock_hash()}))
    return Environment(folder)


@pytest.fixture
def hub(monkeypatch):
    with Hub({**SMALL, **UNWANTED, HALF: b"half precision"}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        yield hub


def fetch(environment, name=REPOSITORY, should_stop=lambda progress: False) -> list[InstallProgress]:
    progress: list[InstallProgress] = []
    download(name, environment, True, progress.append, lambda: should_stop(progress))
    return progress


def kept() -> dict[str, bytes]:
    """The model's folder: every file's content by name, the marker apart."""
    folder = ModelFolder.of(REPOSITORY).path
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    files.pop(MARKER)
    return files


def test_a_model_is_fetched_whole_and_nothing_beside_it(environment, hub, models_root):
    progress = fetch(environment)
    assert kept() == {**SMALL, HALF: b"half precision"}
    assert sorted(hub.fetched()) == sorted([*SMALL, HALF])
    source = resolve(REPOSITORY)
    assert (source.family.name, source.revision) == ("stable_diffusion", COMMIT)
    assert not (models_root.parent / "evil.json").exists()
    fractions = [each.fraction for each in progress]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert any("to fetch into" in each.message for each in progress)
    asked = len(hub.asked)
    assert fetch(environment) == [] and len(hub.asked) == asked  # it is here: nobody is asked


def test_of_a_fast_encoder_its_table_and_its_weights_are_fetched(environment, hub):
    config, weights = "config.json", "diffusion_pytorch_model.safetensors"
    wanted = {config: b'{"_class_name": "AutoencoderTiny"}', weights: b"a tiny autoencoder"}
    hub.files = {**wanted, "taesd_encoder.safetensors": b"another layout", "README.md": b"# TAESD"}
    fetch(environment)
    assert kept() == wanted and sorted(hub.fetched()) == sorted(wanted)
    check_fast_encoder(ModelFolder.of(REPOSITORY).path)
    with pytest.raises(ModelUnusable, match=r"no model_index\.json"):
        resolve(REPOSITORY)


@pytest.mark.parametrize(
    ("config", "words"),
    [(b'{"_class_name": "AutoencoderKL"}', "no fast encoder"), (b'{"_class_name": "AutoencoderTiny"}', "has no diff")],
)
def test_what_is_no_fast_encoder_is_refused_before_its_weights_are_fetched(environment, hub, config, words):
    hub.files = {"config.json": config, "vae.safetensors": b"an autoencoder"}
    with pytest.raises(ModelUnusable, match=words):
        fetch(environment)
    assert hub.fetched() == ["config.json"] and not ModelFolder.of(REPOSITORY).path.exists()


def test_without_leave_nobody_is_asked(environment, hub):
    with pytest.raises(NetworkNotAllowed, match="not allowed") as caught:
        download(REPOSITORY, environment, False, lambda progress: None)
    assert hub.asked == [] and caught.value.remedy is not None and "--allow-network" in caught.value.remedy.label
    assert not ModelFolder.of(REPOSITORY).path.exists()


def test_a_download_that_is_stopped_goes_on_in_the_middle_of_the_file(environment, hub):
    hub.files[HALF] = os.urandom(CHUNK * 2 + 12345)
    hub.stall = CHUNK + 54321
    folder = ModelFolder.of(REPOSITORY)

    def first_chunk_is_on_disk(_):
        with contextlib.suppress(FileNotFoundError):  # another file was just put in its place
            return any(path.stat().st_size >= CHUNK for path in (folder.path / PARTIAL).glob("*"))
        return False

    with pytest.raises(Cancelled, match="goes on with what is there"):
        fetch(environment, should_stop=first_chunk_is_on_disk)
    assert not folder.is_complete and (folder.marker or {})["state"] == "partial"
    hub.stall, hub.asked = 0, []
    fetch(environment)
    assert [(path.rpartition("/")[2], range_) for path, range_, _ in hub.asked if range_] == [
        ("diffusion_pytorch_model.fp16.safetensors", f"bytes={CHUNK}-")
    ]
    assert hub.fetched() == [HALF]
    assert kept() == {**SMALL, HALF: hub.files[HALF]} and folder.is_complete


def test_a_connection_that_breaks_is_taken_up_again(environment, hub):
    hub.files[HALF] = os.urandom(CHUNK * 2)
    hub.drop = CHUNK + 1
    fetch(environment)
    assert kept()[HALF] == hub.files[HALF] and hub.fetched().count(HALF) == 2


def test_a_file_that_arrives_damaged_is_not_kept(environment, hub):
    good, hub.files[HALF] = hub.files[HALF], b"quite other bytes"[: len(hub.files[HALF])]
    lfs = {"sha256": hashlib.sha256(good).hexdigest(), "size": len(good), "pointerSize": 134}
    hub.lists[HALF] = {"size": len(good), "lfs": lfs}
    with pytest.raises(DownloadFailed, match="damaged"):
        fetch(environment)
    assert not ModelFolder.of(REPOSITORY).is_complete and HALF not in kept()
    hub.files[HALF] = good
    fetch(environment)
    assert kept()[HALF] == good


@pytest.mark.parametrize(("status", "words"), [(401, "known accounts only"), (403, "not been given access")])
def test_a_gated_model_says_where_to_go_and_the_token_stays_with_the_user(
    environment, hub, models_root, monkeypatch, status, words
):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.gated = status
    with pytest.raises(ModelGated) as caught:
        fetch(environment)
    for said in (words, f"https://huggingface.co/{REPOSITORY}", "HF_TOKEN", "settings/tokens"):
        assert said in caught.value.message
    hub.gated = 0
    fetch(environment)
    assert {token for _, _, token in hub.asked} == {"Bearer hf_secret"}
    files = [path for path in models_root.rglob("*") if path.is_file()]
    assert files and not any(b"hf_secret" in path.read_bytes() for path in files)


def test_a_repository_that_is_not_there(environment, hub):
    with pytest.raises(DownloadFailed, match="no repository owner/nobody"):
        fetch(environment, "owner/nobody")
    assert not ModelFolder.of("owner/nobody").path.exists()


@pytest.mark.parametrize(
    ("index", "words"), [(b'{"_class_name": "FluxPipeline"}', "FluxPipeline"), (None, "has no model_index.json")]
)
def test_a_model_without_an_adapter_is_refused_before_its_weights_are_fetched(environment, hub, index, words):
    del hub.files["model_index.json"]
    if index is not None:
        hub.files["model_index.json"] = index
    with pytest.raises(ModelUnusable, match=words):
        fetch(environment)
    assert set(hub.fetched()) <= {"model_index.json"} and not ModelFolder.of(REPOSITORY).path.exists()


def test_no_room_is_said_before_anything_large_is_fetched(environment, hub):
    hub.lists[HALF] = {"size": 10**15}
    with pytest.raises(DiskFull, match="DREAMFUSION_MODELS"):
        fetch(environment)
    assert hub.fetched() == ["model_index.json"]


def test_what_the_hubs_own_cache_holds_is_not_fetched_again(environment, hub, tmp_path):
    place = tmp_path / "hub-cache" / "models--owner--name" / "snapshots" / COMMIT
    (place / HALF).parent.mkdir(parents=True)
    (place / HALF).write_bytes(hub.files[HALF])
    fetch(environment)
    assert HALF not in hub.fetched() and kept()[HALF] == hub.files[HALF]


def test_a_folder_that_is_not_ours_is_left_alone(environment, hub):
    folder = ModelFolder.of(REPOSITORY).path
    folder.mkdir(parents=True)
    (folder / "holiday.jpg").write_text("precious")
    with pytest.raises(OutputUnwritable, match="left alone"):
        fetch(environment)
    assert [path.name for path in folder.iterdir()] == ["holiday.jpg"]


def test_where_the_user_keeps_the_hub_offline_it_stays_so(environment, hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(NetworkNotAllowed, match="HF_HUB_OFFLINE"):
        fetch(environment)
    assert hub.asked == []


def test_without_a_network_it_says_so_and_how_to_go_on(environment):
    with pytest.raises(DownloadFailed, match="did not give owner/name") as caught:
        fetch(environment)
    assert caught.value.remedy is not None and caught.value.remedy.model == REPOSITORY


def test_a_job_never_asks_the_hub(environment):
    assert environment.variables()["HF_HUB_OFFLINE"] == "1"
    assert "HF_HUB_OFFLINE" not in environment.variables(online=True)
