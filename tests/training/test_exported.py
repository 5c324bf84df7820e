"""What training writes is what the backend loads, and both make the same of it."""

import json

import pytest
import torch
from cube_world import CubeWorld
from safetensors.torch import load_file
from transformers import AutoTokenizer, CLIPModel

from backend.cameras import ring
from backend.distillation.denoising import denoise
from backend.priors.base import tell_light
from backend.priors.toybox import FOLDER, ToyboxPrior
from backend.priors.toybox_variant import light_labels
from toybox.training import card as card_module
from toybox.training.batch import tell_cameras
from toybox.training.card import write_card
from toybox.training.exported import UNET, export, load_exported
from toybox.training.judge import export_judge, open_judge
from toybox.training.judging import JUDGE_SMOKE, in_clay
from toybox.training.runs import train
from toybox.training.warm_start import warm_start
from toybox.training.words import JUDGE_SPECIAL, Words

CPU = torch.device("cpu")
RING = ring(4, 0.3, 0.2, 0.75, 1.1, CPU)
CAPTION = "a large cube"


def exported(trainer, folder):
    with torch.no_grad():
        for parameter in trainer.unet.parameters():  # fresh ones have biases of 0, behind which mistakes hide
            parameter += 0.02 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1))
    export(folder, trainer.model, trainer.unet, trainer.words)
    return folder


@pytest.mark.parametrize(
    "changes",
    [
        ["network.cameras=matrix", "network.film=false", "network.camera_guidance=false"],
        ["network.cameras=rays", "network.light=false"],
        ["network.normals=true"],
        ["noise.prediction=epsilon"],
    ],
    ids=["matrix", "rays", "both and normals", "epsilon"],
)
@torch.no_grad()
def test_the_backend_answers_as_the_trained_network(tiny, tmp_path, changes):
    folder = exported(tiny(*changes), tmp_path / "prior")
    prior, model = ToyboxPrior(4, CPU, folder), load_exported(folder, CPU)
    channels = model.network.variant.channels
    assert prior.resolution == 16
    assert prior.sees_normals == (channels == 6)
    noisy = torch.randn(4, channels, 16, 16, generator=torch.Generator().manual_seed(0))
    light = torch.tensor([[0.1, -0.3, 0.5]]).expand(4, 3)
    condition = tell_light(prior, prior.condition(CAPTION, "", RING), RING, light)
    guided, unguided = prior.predict_noise(noisy, 700, condition)

    timesteps = torch.full((4,), 700)
    for caption, answer, told in ((CAPTION, guided, True), ("", unguided, not model.network.camera_guidance)):
        labels, rays = tell_cameras(RING.pose, RING.fov, torch.full((4,), told), model.network)
        if model.network.light:
            labels = torch.cat([labels, light_labels(RING, light)], dim=1)
        clean = model.clean(noisy, timesteps, model.text(model.tokenise([caption] * 4)), labels, rays)
        expected = model.noise.schedule.noise_from_clean(noisy, clean, 700)
        torch.testing.assert_close(answer, expected, rtol=1e-3, atol=1e-3)

    generator = torch.Generator().manual_seed(0)
    made = denoise(prior, torch.zeros_like(noisy), 1.0, 3, condition, generator, 4.0, 0.5)
    assert made.shape == noisy.shape
    assert made.abs().max() <= 1


def test_one_view_is_told_no_camera(tiny, tmp_path):
    prior = ToyboxPrior(1, CPU, exported(tiny(), tmp_path / "prior"))
    condition = prior.condition(CAPTION, "", RING)
    assert condition.rays is not None
    assert not condition.cameras.any() and not condition.rays.any()
    prior.predict_noise(torch.zeros(4, 3, 16, 16), 500, condition)


@torch.no_grad()
def test_a_light_that_is_told_is_heard(tiny, tmp_path):
    prior = ToyboxPrior(4, CPU, exported(tiny(), tmp_path / "prior"))
    condition = prior.condition(CAPTION, "", RING)
    noisy = torch.zeros(4, 3, 16, 16)

    def answer(told):
        return prior.predict_noise(noisy, 500, told)

    left = answer(tell_light(prior, condition, RING, torch.tensor([[-0.5, 0.0, 0.0]]).expand(4, 3)))
    assert all(not torch.equal(a, b) for a, b in zip(left, answer(condition), strict=True))


def test_the_card_has_samples_and_numbers(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(card_module, "SAMPLE_RINGS", card_module.RINGS_A_ROW)  # one row of them
    trainer = tiny()
    exported(trainer, tmp_path)
    write_card(tmp_path, trainer, trainer.model, tmp_path)
    card = (tmp_path / "README.md").read_text()
    assert "cc0-1.0" in card and "| 0.95 |" in card and "a small cube" in card
    assert (tmp_path / "samples.png").is_file()
    ToyboxPrior(4, CPU, tmp_path)  # the hashes still hold


def test_the_shipped_tokenizer_is_made_of_the_shipped_words(tmp_path):
    theirs = json.loads((FOLDER / "tokenizer" / "tokenizer.json").read_text())
    words = Words([word for word in theirs["model"]["vocab"] if not word.startswith("<")], 32)
    words.save(tmp_path)
    assert json.loads((tmp_path / "tokenizer.json").read_text()) == theirs
    again = AutoTokenizer.from_pretrained(tmp_path)
    asked = ["a red mug, side view", ""]
    ids = again(asked, padding="max_length", max_length=32, return_tensors="pt").input_ids
    assert torch.equal(ids, words(asked))
    assert words.text(ids[0].tolist()) == asked[0]
    with pytest.raises(ValueError, match="zebra"):
        words(["a zebra"])


def test_a_warm_start_keeps_what_has_a_place(tiny, tmp_path):
    """From colours told by matrices to colours and normals told by rays and light as well."""
    old = tiny("network.cameras=matrix", "network.light=false")
    exported(old, tmp_path)
    new = tiny("network.normals=true")
    left = warm_start(new, tmp_path)
    before, after = load_file(tmp_path / UNET), new.unet.state_dict()
    assert torch.equal(after["mid_block.resnets.0.conv1.weight"], before["mid_block.resnets.0.conv1.weight"].float())
    assert torch.equal(after["conv_in.weight"][:, :3], before["conv_in.weight"].float())
    assert not after["conv_in.weight"][:, 3:].any()
    assert torch.equal(
        after["class_embedding.linear_1.weight"][:, :16], before["class_embedding.linear_1.weight"].float()
    )
    assert not after["class_embedding.linear_1.weight"][:, 16:].any()
    assert torch.equal(after["conv_out.weight"][:3], before["conv_out.weight"].float())
    word = new.words.vocabulary["cube"]
    name = next(name for name, _ in new.encoder.named_parameters() if name.endswith("token_embedding.weight"))
    torch.testing.assert_close(
        new.encoder.state_dict()[name][word], old.encoder.state_dict()[name][word], rtol=0, atol=1e-3
    )
    assert left == []
    assert all(torch.equal(a, p) for a, p in zip(new.average, new.parameters, strict=True))


def test_a_judge_is_trained_and_written(tmp_path):
    settings = JUDGE_SMOKE.changed(["optimiser.steps=6", "evaluate_every=6"])
    trainer = open_judge(tmp_path / "run", settings, CubeWorld(), CPU, None)
    train(trainer, tmp_path / "run", 5.0)
    again = open_judge(tmp_path / "run", settings, CubeWorld(), CPU, None)
    assert again.step_index == 6
    found = export_judge(tmp_path / "judge", again, variants=1)
    assert len(found["colour"]["views"]) == 8
    model = CLIPModel.from_pretrained(tmp_path / "judge").float().eval()
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "judge")
    ids = tokenizer(["a small cube", "a large cube"], padding="max_length", max_length=32, return_tensors="pt")
    answer = model(input_ids=ids.input_ids, pixel_values=torch.zeros(1, 3, 16, 16)).logits_per_image
    # What transformers pools is the end of the text: texts that differ in a word before it differ.
    assert answer[0, 0] != answer[0, 1]
    assert "| small cube |" in (tmp_path / "judge" / "README.md").read_text()


def test_captions_in_clay():
    words = Words(["mug", "orange", "white", "hat", "red"], 16, JUDGE_SPECIAL)
    said = in_clay(words(["an orange mug on a red hat", "a mug"]), words, ("orange", "white", "red"))
    assert [words.text(row.tolist()) for row in said] == ["a white mug on a white hat", "a mug"]
