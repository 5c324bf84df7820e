"""The operators that scripts call: they return when the asset is in the scene, or say in words why not."""

from __future__ import annotations

import math

import bpy
import extension
import pytest
from samples import CRASHES


@pytest.fixture(autouse=True)
def with_backend(fake_backend):
    pass


def test_generate_returns_with_the_object_in_the_scene(scene):
    scene.cursor.location = (1, 2, 3)
    assert bpy.ops.dreamfusion.generate(prompt="a red mug", seed=5, size=0.5) == {"FINISHED"}
    (mug,) = scene.objects
    assert tuple(mug.location) == (1, 2, 3) and max(mug.dimensions) == pytest.approx(0.5)
    assert mug["dreamfusion_prompt"] == "a red mug" and mug["dreamfusion_seed"] == 5


def test_what_is_not_given_is_as_set_in_the_panel(scene):
    scene.dreamfusion.prompt, scene.dreamfusion.seed = "a blue car", 7
    bpy.ops.dreamfusion.generate(seed=8)
    assert scene.objects[0]["dreamfusion_prompt"] == "a blue car" and scene.objects[0]["dreamfusion_seed"] == 8


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"prompt": ""}, "prompt is empty"),
        ({"prompt": "x" * 501}, "501 characters"),
        ({"prompt": "a red\x07mug"}, "control character"),
        ({"prompt": "qwertz"}, "knows no word"),
        ({"prompt": "a red mug", "seed": -1}, "seed is -1"),
        ({"prompt": "a red mug", "size": 0.0}, "size is 0"),
        ({"prompt": "a red mug", "triangles": 2_000_001}, "triangles is 2000001"),
        ({"prompt": "a red mug", "preset": "standart"}, "did you mean 'standard'"),
        ({"prompt": "a red mug", "prior": "toyboks"}, "did you mean 'toybox'"),
        ({"prompt": "a red mug", "device": "quantum"}, "device is 'quantum'"),
    ],
)
def test_bad_input_is_refused_in_words_and_leaves_nothing(scene, settings, words, tmp_path):
    with pytest.raises(RuntimeError, match=words):
        bpy.ops.dreamfusion.generate(**settings)
    assert not scene.objects and not (tmp_path / "jobs").exists()


def test_a_crash_is_an_error_of_the_script(scene):
    with pytest.raises(RuntimeError, match="exit code 7"):
        bpy.ops.dreamfusion.generate(prompt="a red mug", seed=CRASHES)
    assert not scene.objects
    bpy.ops.dreamfusion.generate(prompt="a red mug", seed=1)
    assert len(scene.objects) == 1


def test_without_a_backend_no_folder_is_left(scene, tmp_path, monkeypatch):
    bpy.ops.dreamfusion.generate(prompt="a red mug")
    made = extension.part("dreamfusion_blender.store").list_jobs
    monkeypatch.setenv("DREAMFUSION_ENV", str(tmp_path / "nothing here"))
    for operator in (bpy.ops.dreamfusion.generate, bpy.ops.dreamfusion.branch, bpy.ops.dreamfusion.refine):
        with pytest.raises(RuntimeError, match="not installed"):
            operator()
    assert len(made()) == 1


def test_the_panels_buttons_are_off_in_the_background():
    for name in ("start", "cancel", "resume", "cancel_install", "cancel_download"):
        assert not getattr(bpy.ops.dreamfusion, name).poll()


def test_import_job_brings_an_earlier_result_back(scene):
    bpy.ops.dreamfusion.generate(prompt="a red mug")
    (job,) = extension.part("dreamfusion_blender.store").list_jobs()
    scene.cursor.location = (4, 0, 0)
    assert bpy.ops.dreamfusion.import_job(directory=str(job.path)) == {"FINISHED"}
    assert sorted(each.location.x for each in scene.objects) == [0, 4]
    assert bpy.context.object.location.x == 4


def test_import_job_refuses_what_is_no_finished_job(scene, tmp_path):
    with pytest.raises(RuntimeError, match="There is no job"):
        bpy.ops.dreamfusion.import_job(directory=str(tmp_path / "missing"))
    (tmp_path / "other").mkdir()
    with pytest.raises(RuntimeError, match="not a job folder"):
        bpy.ops.dreamfusion.import_job(directory=str(tmp_path / "other"))
    assert not scene.objects


def test_new_objects_are_added_in_object_mode_only(scene):
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")
    assert not bpy.ops.dreamfusion.generate.poll() and not bpy.ops.dreamfusion.import_job.poll()
    bpy.ops.object.mode_set(mode="OBJECT")
    assert bpy.ops.dreamfusion.generate.poll()


def test_batch_stands_the_rows_side_by_side_and_survives_a_bad_one(scene, tmp_path):
    table = tmp_path / "prompts.csv"
    table.write_text(f"prompt,seed,size\na red mug,1,1\na blue car,{CRASHES},1\nqwertz,1,1\na green duck,2,2\n")
    assert bpy.ops.dreamfusion.batch(filepath=str(table), spacing=0.5) == {"FINISHED"}
    mug, duck = scene.objects["a red mug"], scene.objects["a green duck"]
    assert len(scene.objects) == 2
    left, right = max(corner[0] for corner in mug.bound_box), min(corner[0] for corner in duck.bound_box)
    assert duck.location.x + right - (mug.location.x + left) == pytest.approx(0.5)


def test_batch_stands_side_by_side_what_was_made_of_meshes(scene, tmp_path, monkeypatch):
    """Their jobs have all of it stand where the mesh was, turned and scaled as that is."""
    bpy.ops.mesh.primitive_cube_add(size=1.0, location=(3, 4, 0))
    bpy.context.object.scale, bpy.context.object.rotation_euler.z = (2, 1, 1), math.pi / 2
    bpy.context.view_layer.update()
    for seed in (1, 2):
        bpy.ops.dreamfusion.refine(prompt="a red mug", seed=seed)
        bpy.data.objects.remove(bpy.context.object)
        bpy.context.view_layer.objects.active = bpy.data.objects["Cube"]
        bpy.data.objects["Cube"].hide_set(False)
    made = extension.part("dreamfusion_blender.store").list_jobs()
    monkeypatch.setattr(extension.part("operators.batch"), "run_rows", lambda _rows, backend: made)
    table = tmp_path / "table.csv"
    table.write_text("prompt\na red mug\n")
    scene.cursor.location = (10, 0, 0)
    assert bpy.ops.dreamfusion.batch(filepath=str(table), spacing=0.5) == {"FINISHED"}
    first, second = sorted((each for each in scene.objects if each.name != "Cube"), key=lambda each: each.location.x)
    bpy.context.view_layer.update()
    assert tuple(first.location) == (10, 0, 0) and second.location.y == second.location.z == 0
    assert first.scale.x == pytest.approx(2 * first.scale.y)
    gap = sides(second)[0] - sides(first)[1]
    assert gap == pytest.approx(0.5, abs=1e-4)


def sides(made):
    """The least and the greatest X that it reaches, in the world."""
    along = [(made.matrix_world @ each.co).x for each in made.data.vertices]
    return min(along), max(along)


def test_batch_again_makes_nothing_twice(scene, tmp_path):
    table = tmp_path / "prompts.csv"
    table.write_text("prompt,seed\na red mug,1\na green duck,2\n")
    bpy.ops.dreamfusion.batch(filepath=str(table))
    bpy.ops.dreamfusion.batch(filepath=str(table))
    assert len(scene.objects) == 2
    assert len(extension.part("dreamfusion_blender.store").list_jobs()) == 2
    bpy.data.objects.remove(scene.objects["a red mug"])
    bpy.ops.dreamfusion.batch(filepath=str(table))
    assert len(scene.objects) == 2 and len(extension.part("dreamfusion_blender.store").list_jobs()) == 2


def test_batch_refuses_what_is_no_table(tmp_path):
    with pytest.raises(RuntimeError, match="Cannot read the table"):
        bpy.ops.dreamfusion.batch(filepath=str(tmp_path / "missing.csv"))


def test_install_backend_needs_leave_to_go_online(online):
    online(False)
    with pytest.raises(RuntimeError, match="Online Access"):
        bpy.ops.dreamfusion.install_backend()


def test_install_backend_of_an_installed_one_is_done_at_once(online):
    online(True)
    assert bpy.ops.dreamfusion.install_backend() == {"FINISHED"}


def test_install_backend_says_which_python_is_missing(online, monkeypatch, tmp_path):
    online(True)
    monkeypatch.setenv("DREAMFUSION_ENV", str(tmp_path / "new"))
    monkeypatch.setenv("DREAMFUSION_PYTHON", str(tmp_path / "no-python"))
    with pytest.raises(RuntimeError, match=r"needs Python 3\.10, 3\.11 or 3\.12"):
        bpy.ops.dreamfusion.install_backend()
    assert not (tmp_path / "new").exists()


def test_the_python_interface_is_the_same_inside_blender(scene):
    core = extension.part("dreamfusion_blender")
    asset = core.generate("a red mug", seed=3)
    assert not scene.objects
    assert asset.to_scene() == scene.objects[0]
    assets = core.generate_batch(["a red mug", {"prompt": "qwertz"}])
    assert isinstance(assets[0], core.Asset) and isinstance(assets[1], core.Failure)
