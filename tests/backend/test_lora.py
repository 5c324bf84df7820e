"""LoRA files of every spelling, merged, against the layers they stand for."""

import json

import pytest
import torch
import torch.nn.functional as F
from analytic import CPU, generator
from safetensors.torch import save_file
from torch import nn

from backend.priors.loading.lora import merge_lora
from backend.priors.loading.stable_diffusion_parts import load_folder
from backend.priors.precision import Precision
from backend.priors.stable_diffusion import StableDiffusionPrior
from dreamfusion_blender.errors import WeightsDamaged, WeightsMissing
from dreamfusion_blender.models import Lora

FLOAT32 = Precision(torch.float32, torch.float32)
RANK, ALPHA, WEIGHT = 3, 1.5, 0.8

ATTENTION = "down_blocks.0.attentions.0.transformer_blocks.0.attn1"
CONVOLUTION = "down_blocks.0.resnets.1.conv1"  # 3 × 3
POINTWISE = "down_blocks.0.attentions.0.proj_in"  # 1 × 1 in SD 1
TEXT = "encoder.layers.1.self_attn.q_proj"

# Each file's spelling of a layer, the parts of its keys, and the layer: (text encoder or None for the U-Net, name).
SD15 = {
    "kohya": [
        ("lora_unet_" + ATTENTION.replace(".", "_") + "_to_q", "kohya", (None, f"{ATTENTION}.to_q")),
        ("lora_unet_" + CONVOLUTION.replace(".", "_"), "kohya", (None, CONVOLUTION)),
        ("lora_unet_" + POINTWISE.replace(".", "_"), "kohya", (None, POINTWISE)),
        ("lora_te_text_model_encoder_layers_1_self_attn_q_proj", "kohya", (0, TEXT)),
    ],
    "peft": [
        (f"unet.{ATTENTION}.to_out.0", "peft", (None, f"{ATTENTION}.to_out.0")),
        (f"unet.{CONVOLUTION}", "peft", (None, CONVOLUTION)),
        (f"text_encoder.text_model.{TEXT}", "peft", (0, TEXT)),
    ],
    "diffusers": [
        (f"unet.{ATTENTION}.to_v", ".lora", (None, f"{ATTENTION}.to_v")),
        (f"text_encoder.text_model.{TEXT}", ".lora_linear_layer", (0, TEXT)),
    ],
    "early diffusers": [
        (f"{ATTENTION}.processor.to_q_lora", "", (None, f"{ATTENTION}.to_q")),
        (f"unet.{ATTENTION}.processor.to_out_lora", "", (None, f"{ATTENTION}.to_out.0")),
    ],
}
# kohya's SDXL: the original U-Net's names.
SDXL = [
    (
        "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k",
        "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k",
    ),
    ("lora_unet_input_blocks_2_0_in_layers_2", "down_blocks.0.resnets.1.conv1"),
    ("lora_unet_input_blocks_3_0_op", "down_blocks.0.downsamplers.0.conv"),
    ("lora_unet_middle_block_1_proj_in", "mid_block.attentions.0.proj_in"),
    ("lora_unet_output_blocks_2_2_conv", "up_blocks.0.upsamplers.0.conv"),
    ("lora_unet_output_blocks_8_0_skip_connection", "up_blocks.2.resnets.2.conv_shortcut"),
    ("lora_unet_label_emb_0_2", "add_embedding.linear_2"),
    ("lora_unet_out_2", "conv_out"),
]
PARTS = {"kohya": (".lora_down", ".lora_up"), "peft": (".lora_A", ".lora_B")}


def load(folder, encoders=1):
    return load_folder(folder, encoders, FLOAT32)


def layer(parts, where):
    return (parts.unet if where[0] is None else parts.text_encoders[where[0]]).get_submodule(where[1])


def factors(module, draws):
    """down [r, in, k, k] and up [out, r, 1, 1] for a convolution, [r, in] and [out, r] for a linear layer."""
    outside, *inside = module.weight.shape
    up = (outside, RANK, 1, 1) if isinstance(module, nn.Conv2d) else (outside, RANK)
    return torch.randn(RANK, *inside, generator=draws) * 0.3, torch.randn(*up, generator=draws) * 0.3


def write(path, parts, entries, alpha=True, metadata=None):
    """A file for these layers; returns its tensors by spelling."""
    draws, tensors, made = generator(5), {}, {}
    for spelling, kind, where in entries:
        down, up = factors(layer(parts, where), draws)
        endings = PARTS.get(kind, (f"{kind}.down", f"{kind}.up"))
        tensors |= {f"{spelling}{endings[0]}.weight": down, f"{spelling}{endings[1]}.weight": up}
        if alpha:
            tensors[f"{spelling}.alpha"] = torch.tensor(ALPHA)
        made[spelling] = (down, up)
    save_file(tensors, path, metadata=metadata)
    return made


def beside(module, pair, scale, x):
    """The layer with its LoRA beside it, as it was trained: W x + s · up(down(x))."""
    down, up = pair
    if isinstance(module, nn.Linear):
        return module(x) + scale * F.linear(F.linear(x, down), up)
    inner = F.conv2d(x, down, stride=module.stride, padding=module.padding)
    return module(x) + scale * F.conv2d(inner, up)


def an_input(module):
    if isinstance(module, nn.Linear):
        return torch.randn(2, module.in_features, generator=generator(1))
    return torch.randn(2, module.in_channels, 6, 6, generator=generator(1))


def check(folder, encoders, entries, path, alpha, scale, metadata=None):
    """Merged layers answer like trained ones, and no other weight has changed."""
    plain, merged = load(folder, encoders), load(folder, encoders)
    made = write(path, plain, entries, alpha, metadata)
    assert merge_lora(Lora(path, WEIGHT), merged.unet, merged.text_encoders) == len(entries)
    for spelling, _, where in entries:
        before, after = layer(plain, where), layer(merged, where)
        x = an_input(before)
        torch.testing.assert_close(after(x), beside(before, made[spelling], WEIGHT * scale, x), rtol=1e-4, atol=1e-5)
        assert (after(x) - before(x)).abs().max() > 1e-3
    changed = [
        name
        for before, after in zip((plain.unet, *plain.text_encoders), (merged.unet, *merged.text_encoders), strict=True)
        for (name, old), new in zip(before.named_parameters(), after.parameters(), strict=True)
        if not torch.equal(old, new)
    ]
    assert sorted(changed) == sorted(f"{name}.weight" for _, _, (_, name) in entries)


@pytest.mark.parametrize("spelling", list(SD15))
def test_a_merged_layer_is_the_layer_with_its_lora_beside_it(spelling, tiny_models, tmp_path):
    check(tiny_models.sd15, 1, SD15[spelling], tmp_path / "lora.safetensors", True, ALPHA / RANK)


def test_without_alpha_a_lora_counts_fully(tiny_models, tmp_path):
    check(tiny_models.sd15, 1, SD15["peft"], tmp_path / "lora.safetensors", False, 1.0)


@pytest.mark.parametrize(("rank_stabilised", "scale"), [(False, 6.0 / RANK), (True, 6.0 / RANK**0.5)])
def test_alpha_beside_the_tensors_is_read(rank_stabilised, scale, tiny_models, tmp_path):
    said = {"unet.lora_alpha": 6.0, "unet.r": RANK, "unet.use_rslora": rank_stabilised}
    metadata = {"lora_adapter_metadata": json.dumps(said)}
    check(tiny_models.sd15, 1, SD15["peft"][:2], tmp_path / "lora.safetensors", False, scale, metadata)


def test_kohya_s_sdxl_files_name_the_original_u_net_and_both_encoders(tiny_models, tmp_path):
    entries = [(spelling, "kohya", (None, name)) for spelling, name in SDXL]
    entries += [
        ("lora_te1_text_model_encoder_layers_0_mlp_fc1", "kohya", (0, "encoder.layers.0.mlp.fc1")),
        ("lora_te2_text_model_encoder_layers_2_mlp_fc2", "kohya", (1, "text_model.encoder.layers.2.mlp.fc2")),
        ("lora_te2_text_projection", "kohya", (1, "text_projection")),
    ]
    check(tiny_models.sdxl, 2, entries, tmp_path / "lora.safetensors", True, ALPHA / RANK)


def test_a_prior_takes_several(tiny_models, tmp_path):
    """Twice the same at half the weight is once at full weight."""
    path = tmp_path / "lora.safetensors"
    write(path, load(tiny_models.sd15), SD15["kohya"])
    twice = StableDiffusionPrior(tiny_models.sd15, CPU, loras=[Lora(path, 0.5), Lora(path, 0.5)])
    once = StableDiffusionPrior(tiny_models.sd15, CPU, loras=[Lora(path)])
    for one, other in zip(once.unet.parameters(), twice.unet.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_small_changes_reach_weights_in_half_precision(tiny_models, tmp_path):
    """The sum is rounded once: what is stored is the float32 sum's nearest neighbour."""
    path = tmp_path / "lora.safetensors"
    plain, half = load(tiny_models.sd15), load_folder(tiny_models.sd15, 1, Precision(torch.bfloat16, torch.float32))
    ((down, up),) = write(path, plain, SD15["kohya"][:1]).values()
    where = SD15["kohya"][0][2]
    before = layer(half, where).weight.float()
    merge_lora(Lora(path), half.unet, half.text_encoders)
    assert torch.equal(layer(half, where).weight, (before + ALPHA / RANK * (up @ down)).bfloat16())


class TestRefused:
    """The first key that is wrong is named, and the model stays as it was."""

    @pytest.fixture
    def parts(self, tiny_models):
        return load(tiny_models.sd15)

    def refused(self, parts, tmp_path, change, words):
        path = tmp_path / "lora.safetensors"
        made = write(path, parts, SD15["kohya"])
        tensors = {
            f"{name}{ending}.weight": value
            for name, pair in made.items()
            for ending, value in zip(PARTS["kohya"], pair, strict=True)
        }
        change(tensors)
        save_file(tensors, path)
        before = [each.clone() for each in parts.unet.parameters()]
        with pytest.raises(WeightsDamaged, match=words) as caught:
            merge_lora(Lora(path), parts.unet, parts.text_encoders)
        assert caught.value.remedy is not None
        assert all(torch.equal(old, new) for old, new in zip(before, parts.unet.parameters(), strict=True))

    def test_a_layer_that_the_model_does_not_have(self, parts, tmp_path):
        def change(tensors):
            tensors["lora_unet_down_blocks_7_conv.lora_down.weight"] = torch.zeros(3, 8)

        self.refused(parts, tmp_path, change, "another model.*lora_unet_down_blocks_7_conv")

    @pytest.mark.parametrize("ending", ["dora_scale", "hada_w1_a", "lokr_w1", "lora_mid.weight"])
    def test_other_kinds_of_adapters(self, ending, parts, tmp_path):
        def change(tensors):
            tensors[f"lora_unet_conv_in.{ending}"] = torch.zeros(3, 8)

        self.refused(parts, tmp_path, change, f"no plain LoRA: lora_unet_conv_in.{ending}")

    def test_a_half(self, parts, tmp_path):
        self.refused(parts, tmp_path, lambda tensors: tensors.pop(next(iter(tensors))), "only a half")

    def test_another_model_s_sizes(self, parts, tmp_path):
        def change(tensors):
            name = next(key for key in tensors if key.endswith("to_q.lora_down.weight"))
            tensors[name] = torch.zeros(RANK, 99)

        self.refused(parts, tmp_path, change, "another model.*to_q is .8, 99., the layer .8, 8.")

    def test_ranks_that_differ(self, parts, tmp_path):
        def change(tensors):
            name = next(key for key in tensors if key.endswith("to_q.lora_down.weight"))
            tensors[name] = torch.zeros(RANK + 1, 8)

        self.refused(parts, tmp_path, change, f"ranks {RANK} and {RANK + 1}")

    def test_a_file_that_is_not_there(self, parts, tmp_path):
        with pytest.raises(WeightsMissing):
            merge_lora(Lora(tmp_path / "none.safetensors"), parts.unet, parts.text_encoders)
