"""What a job asks of its prior reaches the adapter, and another wish is another prior."""

import json
import os
import shutil

import pytest
import torch
from analytic import CPU
from engine_runs import new_job, stop_after, work
from original_layout import save_single_file
from safetensors.torch import save_file
from tiny_if import write_if
from tiny_mvdream import write_mvdream
from tiny_parts import tiny_vae
from tiny_sd3 import write_sd3

import backend.run
from backend.cameras import random_cameras
from backend.priors import load_prior
from backend.priors.autoencoder import Encoders
from backend.priors.stable_diffusion import StableDiffusionPrior
from backend.run import Engine
from dreamfusion_blender.errors import BadSpec, Cancelled, ModelUnusable, WeightsDamaged
from dreamfusion_blender.models import Lora, PriorOptions, resolve

LAYER = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
FEW = {"score.views": 1, "render.samples": 8, "render.occupancy_resolution": 8, "regularize.points": 50}


@pytest.fixture
def model(tiny_models, tmp_path):
    """A Stable Diffusion 1 in miniature that says what it is."""
    folder = shutil.copytree(tiny_models.sd15, tmp_path / "model")
    (folder / "model_index.json").write_text(json.dumps({"_class_name": "StableDiffusionPipeline"}))
    return folder


@pytest.fixture
def lora(tmp_path):
    path = tmp_path / "lora.safetensors"
    write_lora(path, 1.0)
    return path


def write_lora(path, value):
    """Changes one layer of 8 × 8 weights by `value` each."""
    name = f"lora_unet_{LAYER.replace('.', '_')}"
    halves = {"lora_down": torch.full((1, 8), value), "lora_up": torch.ones(8, 1)}
    save_file({f"{name}.{half}.weight": tensor for half, tensor in halves.items()}, path)


def layer(prior):
    return prior.unet.get_submodule(LAYER).weight


def load(source, **options):
    wanted = PriorOptions(**options)
    wanted.check(resolve(str(source)))
    return load_prior(resolve(str(source)), 1, CPU, wanted)


def test_all_that_stable_diffusion_takes(model, lora, tiny_models):
    plain = load(model)
    assert plain.encoders.fast is None
    loras = (Lora(lora), Lora(lora, -0.25))
    prior = load(model, loras=loras, fast_encoder=str(tiny_models.taesd))
    prior.at_progress(0.0)
    assert prior.encoders.now is prior.encoders.fast
    torch.testing.assert_close(layer(prior), layer(plain) + 0.75)


def test_a_single_file_s_configuration(model, tmp_path):
    """Ours are of the real models' sizes, which this one does not have; its own folder describes it."""
    path = save_single_file(load(model), tmp_path / "model.safetensors")
    torch.testing.assert_close(layer(load(path, configuration=str(model))), layer(load(model)))
    with pytest.raises(WeightsDamaged, match="fit"):
        load(path, configuration="sd21_v")


@pytest.mark.parametrize("name", ["float32", "float16", "bfloat16"])
def test_all_compute_in_the_format_that_is_asked_for_and_answer_in_float32(model, tmp_path, tiny_models, name):
    """The autoencoder never has float16 (`usual_precision`)."""
    wanted = getattr(torch, name)
    sd3 = described(write_sd3(tmp_path / "sd3", most=16), "StableDiffusion3Pipeline")
    priors = {
        "unet": [load(model, precision=name)],
        "transformer": [load(sd3, precision=name, picture_size=64)],
    }
    priors["unet"].append(load(described(write_if(tmp_path / "if"), "IFPipeline"), precision=name))
    priors["unet"].append(load(described(write_mvdream(tmp_path / "mvdream"), "MVDreamPipeline"), precision=name))
    for part, prior in ((part, prior) for part, all_of_it in priors.items() for prior in all_of_it):
        assert next(getattr(prior, part).parameters()).dtype == wanted
        if not prior.in_pixels:
            assert prior.encoders.full.dtype == (torch.float32 if name == "float16" else wanted)
        cameras = random_cameras(prior.views, (0.0, 0.5), (0.7, 0.9), 1.0, torch.Generator().manual_seed(0), CPU)
        latents = prior.encode(torch.rand(prior.views, 3, 8, 8))
        answers = prior.predict_noise(latents, 5, prior.condition("a red mug", "", cameras))
        assert all(each.dtype == torch.float32 and each.isfinite().all() for each in answers)


def test_the_pictures_that_it_sees_are_as_large_as_asked_for(model, tmp_path):
    own, larger = load(model), load(model, picture_size=64)
    assert (own.size, larger.size) == (32, 64)
    assert larger.encode(torch.rand(1, 3, 8, 8)).shape[-1] == 2 * own.encode(torch.rand(1, 3, 8, 8)).shape[-1]
    sd3 = load(described(write_sd3(tmp_path / "sd3", most=16), "StableDiffusion3Pipeline"), picture_size=64)
    assert sd3.size == 64 and sd3.encode(torch.rand(1, 3, 8, 8)).shape[-1] == 64 // sd3.encoders.pixels
    with pytest.raises(BadSpec, match="a multiple of 8 pixels a side, not 36"):
        StableDiffusionPrior(model, CPU, size=36)


def described(folder, pipeline):
    (folder / "model_index.json").write_text(json.dumps({"_class_name": pipeline}))
    return folder


def test_mvdream_takes_a_fast_encoder(tmp_path, tiny_models):
    folder = described(write_mvdream(tmp_path / "mvdream"), "MVDreamPipeline")
    assert load(folder).encoders.fast is None
    with pytest.raises(WeightsDamaged, match="made for another model: its latents have 4 channels, one for 4 pixels"):
        load(folder, fast_encoder=str(tiny_models.taesd))  # the tiny MVDream's squares are larger


def test_a_fast_encoder_for_other_latents_is_refused(tiny_models):
    with pytest.raises(WeightsDamaged, match="the prior's 16"):
        Encoders(tiny_vae(latent_channels=16), tiny_models.taesd, CPU)


def test_a_lora_of_other_widths_is_refused_by_the_model_itself(model, lora):
    save_file({"lora_unet_conv_in.lora_down.weight": torch.ones(1, 9, 3, 3)}, lora)
    with pytest.raises(WeightsDamaged, match="only a half"):
        load(model, loras=(Lora(lora),))


def test_another_wish_is_another_prior_and_the_same_is_not(model, lora, monkeypatch):
    """Also when a LoRA was written over: what the engine keeps is never an earlier job's."""
    loaded = []

    def load_and_note(*arguments):
        loaded.append(load_prior(*arguments))
        return loaded[-1]

    monkeypatch.setattr(backend.run, "load_prior", load_and_note)
    engine = Engine()

    def touch(**settings):
        job = new_job(prior=str(model), preset="sds", steps=1, overrides=FEW, **settings)
        with pytest.raises(Cancelled):
            work(job, stop_after(0), engine)
        return layer(loaded[-1])

    plain = touch()
    torch.testing.assert_close(touch(loras=(Lora(lora),)), plain + 1)
    torch.testing.assert_close(touch(loras=(Lora(lora, 0.5),)), plain + 0.5)
    assert len(loaded) == 3
    touch(loras=(Lora(lora, 0.5),))
    assert len(loaded) == 3
    assert touch(precision="bfloat16").dtype == torch.bfloat16 and len(loaded) == 4
    assert touch(picture_size=64).dtype == torch.float32 and loaded[-1].size == 64 and len(loaded) == 5
    write_lora(lora, 3.0)
    os.utime(lora, ns=(0, 0))
    torch.testing.assert_close(touch(loras=(Lora(lora, 0.5),)), plain + 1.5)


def test_the_engine_looks_at_the_files_itself(model, tmp_path):
    """A job goes on on another day, when a file may be gone."""
    with pytest.raises(ModelUnusable, match="no LoRA at"):
        work(new_job(prior=str(model), loras=(Lora(tmp_path / "gone.safetensors"),)))
    with pytest.raises(BadSpec, match="Toybox has no such option"):
        work(new_job(fast_encoder="/taesd"))
