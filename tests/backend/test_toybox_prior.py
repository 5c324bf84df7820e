"""The embedded prior: checked weights, cameras and words, and the few things its U-Net must get right.

The U-Net is asked seldom, and about small pictures where their content does not matter: a call is a second's work.
"""

import os
import platform
import shutil
from pathlib import Path

import pytest
import torch
from analytic import CPU, generator
from diffusers.models.attention_processor import AttnProcessor2_0

from backend.cameras import orbit, ring
from backend.priors import load_prior
from backend.priors.loading.checksums import verify
from backend.priors.precision import small_precision
from backend.priors.toybox import FOLDER, ToyboxPrior
from backend.priors.toybox_attention import MultiViewAttention
from dreamfusion_blender.errors import WeightsDamaged, WeightsMissing
from dreamfusion_blender.models import PriorOptions, resolve

CPU_INFO = Path("/proc/cpuinfo")
RING = ring(4, 0.0, 0.25, 0.75, 1.1, CPU)


@pytest.fixture
def folder(tmp_path):
    """The prior's folder with every file its own, so that a test may damage one (links cost nothing)."""
    copy = tmp_path / "toybox"
    shutil.copytree(FOLDER, copy, copy_function=os.link, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def replace(path, content):
    path.unlink()  # not written into: it is a link to the real one
    path.write_bytes(content)


def test_the_shipped_files_are_the_listed_ones(folder):
    verify(folder)


@pytest.mark.parametrize("name", ["unet/config.json", "unet/diffusion_pytorch_model.safetensors"])
def test_a_changed_file_is_named(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 1
    replace(folder / name, bytes(content))
    with pytest.raises(WeightsDamaged, match=name) as caught:
        ToyboxPrior(4, CPU, folder)
    assert caught.value.remedy is not None


@pytest.mark.parametrize("name", ["tokenizer/tokenizer.json", "text_encoder/model.safetensors", "SHA256SUMS"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(WeightsMissing, match=name):
        ToyboxPrior(4, CPU, folder)


@pytest.mark.parametrize("content", [b"", b"\n", b"0123\n", b"\xff\xfe rubbish"])
def test_a_damaged_list_of_files_is_not_taken_for_a_good_one(folder, content):
    replace(folder / "SHA256SUMS", content)
    with pytest.raises(WeightsDamaged, match="SHA256SUMS"):
        verify(folder)


def test_every_file_that_is_loaded_is_listed():
    listed = {line.split()[1] for line in (FOLDER / "SHA256SUMS").read_text().splitlines()}
    there = {
        path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in (".json", ".safetensors")
    }
    assert there <= listed


def test_four_views_are_told_by_their_cameras(four_views):
    condition = four_views.condition("a red mug", "", RING)
    assert torch.equal(condition.cameras, RING.matrices())
    assert torch.equal(condition.text[0], condition.text[3])
    assert not torch.equal(condition.text[0], condition.empty_text[0])
    assert condition.text.shape == (4, 32, 256)


def test_one_view_is_told_its_direction_in_words(one_view):
    """Each view's text is the embedding of the prompt with its direction, and no camera is given."""
    cameras = orbit(
        torch.tensor([0.0, 1.6, 3.1, 0.0]), torch.tensor([0.1, 0.1, 0.1, 1.2]), torch.full((4,), 3.0), RING.fov
    )
    condition = one_view.condition("a red mug", "a hat", cameras)
    assert not condition.cameras.any()
    for text, direction in zip(condition.text, ("front", "side", "back", "overhead"), strict=True):
        ids = one_view.tokenizer(
            f"a red mug, {direction} view", padding="max_length", max_length=32, return_tensors="pt"
        )
        expected = one_view.text_encoder(ids.input_ids).last_hidden_state[0]
        torch.testing.assert_close(text, expected)
    assert len({tuple(text.flatten()[:2000].tolist()) for text in condition.text}) == 4


def test_the_unet_finds_the_noise_in_a_picture(four_views):
    """At a low level the picture shows through and noise is easy to tell: the v-prediction is read the right way."""
    picture = torch.full((4, 3, 64, 64), 0.4)
    noise = torch.randn(picture.shape, generator=generator())
    calls = four_views.calls
    noisy = four_views.schedule.add_noise(picture, noise, 300)
    found = four_views.predict_noise(noisy, 300, four_views.condition("a red mug", "", RING))
    assert four_views.calls == calls + 1
    for each in found:
        assert each.shape == noise.shape
        assert not each.requires_grad
        correlation = (each * noise).mean() / (each.std() * noise.std())
        assert correlation > 0.95
        assert each.std().item() == pytest.approx(1, abs=0.1)


def test_the_prompt_decides_the_colour(four_views):
    """From almost pure noise, in one call: what the prompt's and what the negative prompt's pictures look like."""
    noisy = torch.randn(4, 3, 64, 64, generator=generator())
    told = four_views.predict_noise(noisy, 850, four_views.condition("a red ball", "a blue ball", RING))
    red, blue = (four_views.schedule.clean_from_noise(noisy, noise, 850).mean(dim=(0, 2, 3)) for noise in told)
    assert red[0] - red[2] > blue[0] - blue[2] + 0.02


def test_bfloat16_changes_answers_little_and_they_stay_float32(four_views):
    faster = ToyboxPrior(4, CPU, precision=torch.bfloat16)
    noisy = torch.randn(4, 3, 16, 16, generator=generator())
    condition = four_views.condition("a red mug", "", RING)
    exact, near = (torch.stack(prior.predict_noise(noisy, 700, condition)) for prior in (four_views, faster))
    assert near.dtype == torch.float32 and not torch.equal(near, exact)
    assert (near - exact).norm() < 0.01 * exact.norm()
    (prompt, empty), (near_prompt, near_empty) = exact, near
    assert ((near_prompt - near_empty) - (prompt - empty)).norm() < 0.2 * (prompt - empty).norm()


def test_a_processor_multiplies_in_bfloat16_only_where_it_can():
    assert small_precision("float32", CPU) is torch.float32
    assert small_precision("bfloat16", CPU) is torch.bfloat16
    assert small_precision("auto", torch.device("cuda")) is torch.float32
    can = small_precision("auto", CPU) is torch.bfloat16
    if CPU_INFO.is_file() and platform.machine() == "x86_64":
        assert can == bool({"avx512_bf16", "amx_bf16"} & set(CPU_INFO.read_text().split()))
    auto, exact = (
        load_prior(resolve("toybox"), 4, CPU, PriorOptions(precision=name)).precision for name in ("auto", "float32")
    )
    assert (auto is torch.bfloat16) == can and exact is torch.float32


def small(prior, *, changed=None):
    """The prior's answer about four pictures of 16 × 16 pixels, one of which may be another."""
    noisy = torch.randn(4, 3, 16, 16, generator=generator())
    if changed is not None:
        noisy[changed] = torch.randn(3, 16, 16, generator=generator(9))
    return prior.predict_noise(noisy, 500, prior.condition("a red mug", "", RING))[0]


def test_four_views_see_one_another(four_views):
    difference = (small(four_views) - small(four_views, changed=3))[0].abs().max()
    assert difference > 1e-3


def test_one_view_sees_itself_alone(one_view):
    first, second = small(one_view), small(one_view, changed=3)
    torch.testing.assert_close(first[:3], second[:3], rtol=0, atol=1e-4)
    assert (first[3] - second[3]).abs().max() > 1e-2


def test_for_one_view_the_attention_is_diffusers_own(one_view):
    ours = small(one_view)
    try:
        one_view.unet.set_attn_processor(AttnProcessor2_0())
        theirs = small(one_view)
    finally:
        one_view.unet.set_attn_processor(MultiViewAttention(1))
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-4)


def test_latents_are_pictures_from_minus_one_to_one(four_views):
    picture = torch.rand(4, 3, 8, 8, generator=generator(), requires_grad=True)
    latents = four_views.encode(picture)
    torch.testing.assert_close(latents, picture * 2 - 1)
    torch.testing.assert_close(four_views.decode(latents), picture)
    latents.sum().backward()
    torch.testing.assert_close(picture.grad, torch.full_like(picture, 2.0))
