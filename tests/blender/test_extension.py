"""The zip holds what Blender needs and nothing else; enabling and disabling leave nothing behind."""

from __future__ import annotations

import zipfile
from pathlib import Path

import addon_utils
import bpy
import extension


def test_manifest_is_valid():
    extension.tool("validate", str(extension.ROOT))


def test_zip_holds_the_product_and_not_its_workshop(built):
    with zipfile.ZipFile(built) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {
        "__init__.py",
        "blender_manifest.toml",
        "panels",
        "operators",
        "translations",
        "dreamfusion_blender",
        "backend",
    } <= tops
    assert not tops & {"tests", "benchmarks", "docs", "examples", "pyproject.toml", ".ci", ".git", ".gitignore"}


def test_versions_agree(installed):
    import tomllib

    manifest = tomllib.loads((extension.ROOT / "blender_manifest.toml").read_text())
    assert manifest["version"] == extension.part("dreamfusion_blender.version").VERSION


def test_everything_is_registered_and_goes_away(scene, installed):
    assert "start" in dir(bpy.ops.dreamfusion) and hasattr(bpy.types.Scene, "dreamfusion")
    bpy.ops.preferences.addon_disable(module=installed)
    assert "start" not in dir(bpy.ops.dreamfusion) and not hasattr(bpy.types.Scene, "dreamfusion")
    assert not [name for name in dir(bpy.types) if name.startswith("DREAMFUSION_")]
    bpy.ops.preferences.addon_enable(module=installed)
    assert scene.dreamfusion.preset == "standard"


def test_it_goes_away_also_where_another_script_has_emptied_a_list_of_handlers(scene, installed):
    bpy.app.handlers.load_post.clear()
    bpy.ops.preferences.addon_disable(module=installed)
    assert not hasattr(bpy.types.Scene, "dreamfusion")
    called = [each.__module__ for each in (*bpy.app.handlers.undo_pre, *bpy.app.handlers.redo_post)]
    assert not [name for name in called if name.startswith(installed)]
    bpy.ops.preferences.addon_enable(module=installed)


def test_enabled_for_this_session_alone_it_works_without_preferences_of_its_own(fake_backend, installed):
    bpy.ops.preferences.addon_disable(module=installed)
    errors = []
    try:
        addon_utils.enable(installed, handle_error=errors.append)  # as `blender --addons` does
        assert not errors and installed not in bpy.context.preferences.addons
        assert bpy.ops.dreamfusion.generate(prompt="a red mug") == {"FINISHED"}
        assert extension.part("operators.backend_environment").environment_of(bpy.context).folder == fake_backend
    finally:
        addon_utils.disable(installed)
        bpy.ops.preferences.addon_enable(module=installed)


def test_disabling_ends_the_backend(fake_backend, installed):
    session = extension.part("operators.session").session
    start = extension.part("dreamfusion_blender.job").JobSpec(prompt="a red mug", seed=101)  # without an end
    session.start(start, (0.0, 0.0, 0.0), extension.part("dreamfusion_blender.environment").Environment())
    extension.pump_until(session, lambda: session.work.step > 0)
    job, process = session.work.job, session._backend._process
    bpy.ops.preferences.addon_disable(module=installed)
    process.wait(10)
    assert job.status == "interrupted" and job.checkpoint.exists()


def test_the_extensions_folder_stays_as_it_was_installed(fake_backend):
    folder = Path(extension.part("dreamfusion_blender.paths").ROOT)
    before = files(folder)
    assert bpy.ops.dreamfusion.generate(prompt="a red mug") == {"FINISHED"}
    assert files(folder) == before


def files(folder: Path) -> set[Path]:
    # Blender itself compiles what it imports.
    return {path for path in folder.rglob("*") if "__pycache__" not in path.parts}
