"""Writing: the old content or the new, never a part; and the reason in words when the disk says no."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from dreamfusion_blender.errors import OutputUnwritable
from dreamfusion_blender.files import atomic_write, replacing
from dreamfusion_blender.paths import ROOT


def test_a_write_that_fails_half_way_leaves_the_old_content(tmp_path):
    path = tmp_path / "state.json"
    atomic_write(path, "old")
    with pytest.raises(ZeroDivisionError), replacing(path) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_named_and_leaves_the_old_content(tmp_path):
    """A size limit on files stands in for a full disk: both fail in the middle of the write."""
    path = tmp_path / "albedo.png"
    atomic_write(path, "old")
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from dreamfusion_blender.errors import DiskFull\n"
        "from dreamfusion_blender.files import atomic_write\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    atomic_write(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except DiskFull as error:\n"
        "    print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert "No room left" in done.stdout and str(path) in done.stdout
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_on_windows_a_file_that_somebody_reads_is_replaced_a_moment_later(tmp_path, monkeypatch):
    """Windows refuses that while it lasts; here that is only pretended."""
    refusals, replace = [1, 2], os.replace

    def refuse_at_first(*paths):
        if refusals:
            refusals.pop()
            raise PermissionError(13, "Access is denied")
        replace(*paths)

    path = tmp_path / "state.json"
    path.write_text("old")
    monkeypatch.setattr(os, "replace", refuse_at_first)
    with pytest.raises(OutputUnwritable):
        atomic_write(path, "new")
    monkeypatch.setattr(sys, "platform", "win32")
    atomic_write(path, "new")
    assert path.read_text() == "new" and not refusals


def test_no_such_folder(tmp_path):
    with pytest.raises(OutputUnwritable, match="nowhere"):
        atomic_write(tmp_path / "nowhere" / "file", "x")


def test_a_folder_without_permission(plain_folder):
    plain_folder.chmod(0o500)
    with pytest.raises(OutputUnwritable, match="Permission denied"):
        atomic_write(plain_folder / "file", "x")


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_disk_without_permissions_is_written_to(tmp_path, monkeypatch, number):
    """FAT and CIFS refuse to set them, gvfs does not know them."""

    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "chmod", refuse)
    atomic_write(tmp_path / "mug.glb", b"glTF")
    assert (tmp_path / "mug.glb").read_bytes() == b"glTF"


def test_a_written_file_is_as_readable_as_any(tmp_path):
    path = tmp_path / "mug.glb"
    atomic_write(path, b"glTF")
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert path.stat().st_mode == plain.stat().st_mode
