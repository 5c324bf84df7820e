"""DeepFloyd IF through its published layout, against diffusers' own pipeline on the same tiny weights."""

import math
import shutil

import pytest
import torch
from analytic import CPU, generator
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.deepfloyd_if.pipeline_if import IFPipeline
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from safetensors.torch import load_file, save_file
from tiny_if import SIZE, write_if
from transformers import T5EncoderModel

from backend.cameras import orbit
from backend.distillation.query import Query
from backend.distillation.sds import SDS, SDSSettings
from backend.priors.deepfloyd_if import DeepFloydIFPrior
from backend.priors.text.embeddings import with_encoder
from dreamfusion_blender.errors import WeightsDamaged, WeightsMissing

# One view from each side, in the order front, side, back, overhead.
CAMERAS = orbit(
    torch.tensor([0.0, 1.6, 3.1, 0.0]), torch.tensor([0.1, 0.1, 0.1, 1.2]), torch.full((4,), 3.0), torch.full((4,), 0.7)
)
PROMPTS = [f"A Red Mug, {direction} view" for direction in ("front", "side", "back", "overhead")]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return write_if(tmp_path_factory.mktemp("if"))


@pytest.fixture
def prior(source):
    return DeepFloydIFPrior(source, CPU)


@pytest.fixture
def copy(source, tmp_path):
    """The folder, to be damaged."""
    return shutil.copytree(source, tmp_path / "copy")


@pytest.fixture(scope="module")
def pipeline(source):
    """diffusers' own, with the tokenizer that both share."""
    return IFPipeline(
        tokenizer=DeepFloydIFPrior(source, CPU).tokenizer,
        text_encoder=T5EncoderModel.from_pretrained(source / "text_encoder"),
        unet=UNet2DConditionModel.from_pretrained(source / "unet", low_cpu_mem_usage=False),
        scheduler=DDPMScheduler.from_pretrained(source / "scheduler"),
        safety_checker=None,
        feature_extractor=None,
        watermarker=None,
        requires_safety_checker=False,
    )


def test_texts_are_embedded_as_the_pipeline_does(prior, pipeline):
    condition = prior.condition("A Red Mug", "Dull ", CAMERAS)
    assert condition.text.shape == (4, 77, 32)
    expected, empty = pipeline.encode_prompt(PROMPTS, negative_prompt=["Dull "] * 4, device=CPU)
    torch.testing.assert_close(condition.text, expected, rtol=0, atol=1e-5)
    torch.testing.assert_close(condition.empty_text, empty, rtol=0, atol=1e-5)
    assert not condition.cameras.any()
    assert len({tuple(text.flatten().tolist()) for text in condition.text}) == 4


@pytest.mark.parametrize("timestep", [0, 400, 999])
def test_noise_is_the_first_three_channels_of_the_unets_answer(prior, pipeline, timestep):
    noisy = torch.randn(4, 3, SIZE, SIZE, generator=generator())
    condition = prior.condition("a red mug", "dull", CAMERAS)
    answers = prior.predict_noise(noisy, timestep, condition)
    with torch.no_grad():
        for answer, text in zip(answers, (condition.text, condition.empty_text), strict=True):
            full = pipeline.unet(noisy, timestep, encoder_hidden_states=text).sample
            assert full.shape[1] == 6
            torch.testing.assert_close(answer, full[:, :3], rtol=0, atol=1e-4)
            assert answer.dtype == torch.float32
    assert (answers[0] - answers[1]).abs().max() > 1e-3  # or their order would not have been tested
    assert prior.calls == 1


def test_the_schedule_is_the_cosine_one(prior):
    """ᾱ(t) = cos²((t + 0.008) / 1.008 · π / 2) (Nichol & Dhariwal 2021, eq. 17), β at most 0.999."""
    assert len(prior.schedule) == 1000
    for timestep in (0, 250, 500, 900):
        share = math.cos(((timestep + 1) / 1000 + 0.008) / 1.008 * math.pi / 2) / math.cos(0.008 / 1.008 * math.pi / 2)
        assert prior.schedule.alphas[timestep].item() == pytest.approx(share, rel=1e-4)
    noisy, noise = torch.randn(2, 1, 3, 4, 4, generator=generator()).unbind()
    assert torch.isfinite(prior.schedule.clean_from_noise(noisy, noise, 999)).all()


def test_the_text_encoder_is_loaded_once_a_prompt_and_not_kept(prior, source, monkeypatch):
    loaded = []
    real = T5EncoderModel.from_pretrained
    monkeypatch.setattr(T5EncoderModel, "from_pretrained", lambda *a, **b: loaded.append(a) or real(*a, **b))
    front = orbit(*(torch.tensor([x]) for x in (0.0, 0.1, 3.0, 0.7)))
    first = prior.condition("a mug", "", front)
    prior.condition("a mug", "", CAMERAS)  # directions not seen before
    assert len(loaded) == 1
    prior.condition("a red mug", "", CAMERAS)
    assert len(loaded) == 2
    torch.testing.assert_close(prior.condition("a mug", "", front).text, first.text, rtol=0, atol=0)
    assert len(loaded) == 2
    held = [value for value in vars(prior).values() if isinstance(value, torch.nn.Module)]
    assert held == [prior.unet]


def test_texts_are_embedded_by_the_cpu_where_the_gpu_has_no_room():
    loaded = []

    def load(device):
        loaded.append(device.type)
        if device.type == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory")
        return torch.nn.Linear(2, 1)

    assert with_encoder(load, lambda encoder: encoder.weight.shape, torch.device("cuda")) == (1, 2)
    assert loaded == ["cuda", "cpu"]
    with pytest.raises(ZeroDivisionError):  # what goes wrong otherwise is no reason to try again
        with_encoder(load, lambda encoder: 1 / 0, torch.device("meta"))
    assert loaded == ["cuda", "cpu", "meta"]


def test_latents_are_pictures_and_gradients_reach_them(prior):
    picture = torch.rand(2, 3, SIZE, SIZE, generator=generator(), requires_grad=True)
    latents = prior.encode(picture)
    torch.testing.assert_close(latents, picture * 2 - 1)
    torch.testing.assert_close(prior.decode(latents), picture)
    latents.sum().backward()
    torch.testing.assert_close(picture.grad, torch.full_like(picture, 2.0))
    larger = prior.encode(torch.full((1, 3, 3 * SIZE, 3 * SIZE), 0.75))
    torch.testing.assert_close(larger, torch.full((1, 3, SIZE, SIZE), 0.5))


def test_distillation_runs_on_it(prior):
    """One SDS gradient, as the engine asks for it: finite, of the right shape, and one call of the U-Net."""
    latents = prior.encode(torch.rand(4, 3, SIZE, SIZE, generator=generator()))
    query = Query(prior, latents, 600, prior.condition("a red mug", "", CAMERAS), generator(1))
    gradient = SDS(SDSSettings(guidance_weight=20)).gradient(query)
    assert gradient.shape == latents.shape
    assert torch.isfinite(gradient).all()
    assert prior.calls == 1


@pytest.mark.parametrize("part", ["unet", "text_encoder"])
def test_missing_weights_are_named_and_pickles_are_not_taken(copy, part):
    (weights,) = (copy / part).glob("*.safetensors")
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(WeightsMissing, match=rf"{part}.*\.bin"):
        DeepFloydIFPrior(copy, CPU)


@pytest.mark.parametrize("name", ["unet/config.json", "scheduler/scheduler_config.json", "tokenizer/spiece.model"])
def test_a_missing_file_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(WeightsMissing, match=name) as caught:
        DeepFloydIFPrior(copy, CPU)
    assert caught.value.remedy is not None
    assert "extension" not in caught.value.remedy.label


@pytest.mark.parametrize("name", ["unet/diffusion_pytorch_model.safetensors", "unet/config.json"])
def test_a_truncated_file_is_damaged(copy, name):
    path = copy / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(WeightsDamaged, match="unet"):
        DeepFloydIFPrior(copy, CPU)


@pytest.mark.parametrize("part", ["unet", "text_encoder"])
def test_weights_that_do_not_fill_the_network_are_damaged(copy, part):
    (path,) = (copy / part).glob("*.safetensors")
    weights = load_file(path)
    del weights[sorted(weights)[5]]
    save_file(weights, path, metadata={"format": "pt"})
    with pytest.raises(WeightsDamaged, match=f"{part} lack .* and 0 more"):
        DeepFloydIFPrior(copy, CPU).condition("a mug", "", CAMERAS)


def test_weights_of_other_shapes_are_damaged(copy, tmp_path):
    other = write_if(tmp_path / "other", block_out_channels=(64, 64))
    shutil.copy(other / "unet" / "config.json", copy / "unet" / "config.json")
    with pytest.raises(WeightsDamaged, match="unet"):
        DeepFloydIFPrior(copy, CPU)


def test_half_precision_files_are_found_by_their_name(copy, prior):
    """The published folders hold fp16 variants, which may be all that was downloaded."""
    (path,) = (copy / "unet").glob("*.safetensors")
    path.rename(path.with_name("diffusion_pytorch_model.fp16.safetensors"))
    found = DeepFloydIFPrior(copy, CPU).unet.state_dict()
    for name, tensor in prior.unet.state_dict().items():
        torch.testing.assert_close(found[name], tensor, rtol=0, atol=0)


def test_stage_two_is_refused(tmp_path):
    """It takes six channels: the noisy picture and the small one."""
    source = write_if(tmp_path / "two", in_channels=6)
    with pytest.raises(WeightsDamaged, match="stage I"):
        DeepFloydIFPrior(source, CPU)


def test_another_kind_of_prediction_is_refused(copy):
    DDPMScheduler(prediction_type="v_prediction").save_pretrained(copy / "scheduler")
    with pytest.raises(WeightsDamaged, match="v_prediction"):
        DeepFloydIFPrior(copy, CPU)
