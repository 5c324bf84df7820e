"""Assets in the Asset Browser."""

from __future__ import annotations

import bpy
import extension
import pytest


@pytest.fixture(autouse=True)
def with_backend(fake_backend):
    pass


def test_an_asset_has_its_own_picture_tags_and_catalogue(mug, tmp_path):
    with pytest.raises(RuntimeError, match="Save the file first"):
        bpy.ops.dreamfusion.mark_asset(catalogue="Props/Mugs")
    session = extension.part("operators.session").session
    assert session.error.remedy.operator == "wm.save_mainfile" and mug.asset_data is None
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "mugs.blend"))
    mug = bpy.data.objects["a red mug"]
    mug["dreamfusion_preset"], mug["dreamfusion_prior"] = "preview", "toybox"
    assert bpy.ops.dreamfusion.mark_asset(catalogue="Props/Mugs") == {"FINISHED"}
    assert {tag.name for tag in mug.asset_data.tags} == {"red", "mug", "preview", "toybox"}
    assert "a red mug" in mug.asset_data.description and "seed 1" in mug.asset_data.description
    lines = (tmp_path / "blender_assets.cats.txt").read_text().splitlines()
    (line,) = (each for each in lines if "Props/Mugs" in each)
    assert "VERSION 1" in lines and line == f"{mug.asset_data.catalog_id}:Props/Mugs:Props-Mugs"
    assert session.error is None and tuple(mug.preview.image_size) == (256, 256)
    red, green, blue, _ = mug.preview.image_pixels_float[:4]
    assert red > 0.6 > 0.3 > max(green, blue)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"), copy=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), assets_only=True) as (stored, _):
        assert stored.objects == ["a red mug"]


def test_marking_again_takes_away_what_is_no_longer_wished_for(mug, tmp_path):
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "mugs.blend"))
    bpy.ops.dreamfusion.mark_asset(catalogue="Props/Mugs", tags="red, broken")
    assert bpy.ops.dreamfusion.mark_asset(catalogue="", tags="red, whole") == {"FINISHED"}
    assert [tag.name for tag in mug.asset_data.tags] == ["red", "whole"]
    assert not mug.asset_data.catalog_id.strip("0-")


def test_marking_again_begins_with_the_words_that_the_asset_has(mug):
    library = extension.part("operators.library")
    assert library.tagged(mug) == library.words(mug) and library.described(mug) == library.describe(mug)
    bpy.ops.dreamfusion.mark_asset(catalogue="", tags="kitchen, low poly", description="For the kitchen")
    mug.asset_data.author = "Somebody"
    assert (library.tagged(mug), library.described(mug)) == (["kitchen", "low poly"], "For the kitchen")
    bpy.ops.dreamfusion.mark_asset(catalogue="", tags="kitchen")
    assert mug.asset_data.author == "Somebody"


def test_marking_leaves_the_error_of_something_else_alone(mug):
    session = extension.part("operators.session").session
    session.error = error = extension.part("dreamfusion_blender.errors").DownloadFailed("The words of the hub")
    bpy.ops.dreamfusion.mark_asset(catalogue="")
    assert session.error is error
    session.error = None
