"""What takes room goes when it is ours and at rest, and nothing else does."""

from __future__ import annotations

import os

import pytest

from dreamfusion_blender import files
from dreamfusion_blender.environment import Environment
from dreamfusion_blender.errors import InstallFailed, RemovalRefused
from dreamfusion_blender.filelock import held
from dreamfusion_blender.files import bytes_on_disk, leftover_of
from dreamfusion_blender.history import delete
from dreamfusion_blender.installing import lock_of
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.removing import delete_for_ever, deleted_folder, remove_environment
from dreamfusion_blender.store import JobFolder


def test_our_environment_is_removed(fake_environment):
    said = []
    remove_environment(fake_environment, said.append)
    assert not fake_environment.folder.exists() and str(fake_environment.folder) in said[0].message
    assert fake_environment.problem() == "is not installed"


def test_somebody_elses_environment_is_left_alone(tmp_path):
    (tmp_path / "theirs").mkdir()
    with pytest.raises(RemovalRefused, match="left alone"):
        remove_environment(Environment(tmp_path / "theirs"), print)
    assert (tmp_path / "theirs").is_dir()


def test_of_a_linked_environment_the_link_alone_goes(fake_environment, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(fake_environment.folder)
    remove_environment(Environment(link), lambda _: None)
    assert not link.is_symlink() and fake_environment.is_ready


def test_an_environment_that_is_being_installed_is_not_removed(fake_environment):
    with held(lock_of(fake_environment.folder), InstallFailed("busy")), pytest.raises(RemovalRefused, match="wait"):
        remove_environment(fake_environment, lambda _: None)
    assert fake_environment.is_ready


def test_deleted_jobs_go_for_ever_and_the_others_stay(tmp_path, monkeypatch):
    monkeypatch.setenv("DREAMFUSION_JOBS", str(tmp_path / "jobs"))
    assert delete_for_ever() == 0
    kept, gone = (JobFolder.create(JobSpec(prompt=each)) for each in ("a red mug", "a blue car"))
    delete(gone.path)
    assert bytes_on_disk(deleted_folder()) > 0
    assert delete_for_ever() == 1
    assert not list(deleted_folder().iterdir()) and bytes_on_disk(deleted_folder()) == 0
    assert JobFolder.open(kept.path).id == kept.id


def test_a_linked_folder_among_the_deleted_loses_its_link_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("DREAMFUSION_JOBS", str(tmp_path / "jobs"))
    (tmp_path / "elsewhere").mkdir()
    deleted_folder().mkdir(parents=True)
    (deleted_folder() / "link").symlink_to(tmp_path / "elsewhere")
    assert delete_for_ever() == 1 and (tmp_path / "elsewhere").is_dir()


def test_bytes_count_a_file_once_whatever_names_it_has(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a").write_bytes(b"1" * 1000)
    os.link(tmp_path / "inner" / "a", tmp_path / "b")
    (tmp_path / "c").write_bytes(b"1" * 10)
    assert bytes_on_disk(tmp_path) == 1010 and bytes_on_disk(tmp_path / "nothing") == 0


def test_a_removal_that_was_cut_off_is_taken_up(fake_environment):
    """Whatever is deleted first, also the file that says whose the folder is, the name is free by then."""
    folder = fake_environment.folder
    folder.rename(leftover_of(folder))
    (leftover_of(folder) / "dreamfusion-environment.json").unlink()
    remove_environment(fake_environment, lambda _: None)
    assert not leftover_of(folder).exists()


def test_a_removal_begins_by_freeing_the_name(fake_environment, monkeypatch):
    def killed(folder):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        remove_environment(fake_environment, lambda _: None)
    assert not fake_environment.folder.exists() and leftover_of(fake_environment.folder).is_dir()
