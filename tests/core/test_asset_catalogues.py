"""Blender's file of asset catalogues: what is in it stays, and a catalogue has one number."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from dreamfusion_blender.asset_catalogues import FILE_NAME, catalogue_id, folder_for
from dreamfusion_blender.errors import BadSpec, OutputUnwritable


def test_a_new_file_has_a_version_and_the_catalogue(tmp_path):
    number = catalogue_id(tmp_path, " Props / Furniture/")
    lines = (tmp_path / FILE_NAME).read_text().splitlines()
    assert "VERSION 1" in lines and lines[-1] == f"{number}:Props/Furniture:Props-Furniture"
    assert str(uuid.UUID(number)) == number


def test_the_same_catalogue_is_not_written_twice(tmp_path):
    first = catalogue_id(tmp_path, "Props")
    before = (tmp_path / FILE_NAME).read_bytes()
    assert catalogue_id(tmp_path, "Props") == first
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_what_the_user_has_stays_as_it_is(tmp_path):
    mine = "# mine\nVERSION 1\n\n11111111-2222-3333-4444-555555555555:Rocks:Rocks\n313:Odd line"
    (tmp_path / FILE_NAME).write_text(mine)
    assert catalogue_id(tmp_path, "Rocks") == "11111111-2222-3333-4444-555555555555"
    catalogue_id(tmp_path, "Props")
    assert (tmp_path / FILE_NAME).read_text().startswith(mine + "\n")


def test_a_file_of_a_later_version_is_not_touched(tmp_path):
    (tmp_path / FILE_NAME).write_text("VERSION 2\nsomething\n")
    with pytest.raises(OutputUnwritable, match="version 1"):
        catalogue_id(tmp_path, "Props")
    assert (tmp_path / FILE_NAME).read_text() == "VERSION 2\nsomething\n"


@pytest.mark.parametrize("path", ["", " / ", "a:b", "a\nb", "a\\b"])
def test_what_is_no_path_of_words_is_refused(tmp_path, path):
    with pytest.raises(BadSpec, match="without colons"):
        catalogue_id(tmp_path, path)
    assert not (tmp_path / FILE_NAME).exists()


def test_a_file_in_a_library_uses_the_librarys_catalogues():
    blend = Path("/library/props/chairs.blend")
    assert folder_for(blend, [Path("/other"), Path("/library")]) == Path("/library")
    assert folder_for(blend, [Path("/other")]) == Path("/library/props")
