"""MVDream's U-Net is Stable Diffusion 2.1's, with cameras, over views together: held against diffusers' own.

The published names (CompVis' layout) are derived here from diffusers' module and its documented order of blocks.
"""

import math
import re

import pytest
import torch
from analytic import CPU, generator
from diffusers.models.embeddings import get_timestep_embedding
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors.torch import load_file, save_file
from tiny_mvdream import TINY, write_unet

from backend.priors.mvdream_unet import MultiViewUNet, UNetSettings, load_unet, timestep_waves
from dreamfusion_blender.errors import WeightsDamaged, WeightsMissing

SD21 = {
    "cross_attention_dim": 1024,
    "attention_head_dim": (5, 10, 20, 20),
    "use_linear_projection": True,
}  # the rest of its configuration are diffusers' defaults
RES_PARTS = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
ENDS = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "mid_block.resnets.0": "middle_block.0",
    "mid_block.attentions.0": "middle_block.1",
    "mid_block.resnets.1": "middle_block.2",
}


def published_name(name, blocks, attentive):
    """diffusers' name of a U-Net's parameter in CompVis' layout.

    blocks: residual blocks a level.  attentive: whether each level on the way up has attention.
    """
    module, kind = name.rsplit(".", 1)
    if ".resnets." in module:
        head, _, last = module.rpartition(".")
        module = f"{head}.{RES_PARTS[last]}"
    for ours, theirs in ENDS.items():
        if module == ours or module.startswith(ours + "."):
            return f"{theirs}{module[len(ours) :]}.{kind}"
    found = re.match(r"(\w+)_blocks\.(\d+)\.(\w+)\.(\d+)\.?(.*)", module)
    assert found is not None, name
    way, level, part, number, rest = found.groups()
    level, number = int(level), int(number)
    if way == "down":
        place = level * (blocks + 1) + 1 + (blocks if part == "downsamplers" else number)
        within = {"resnets": "0", "attentions": "1", "downsamplers": "0"}[part]
    else:
        place = level * (blocks + 1) + (blocks if part == "upsamplers" else number)
        within = {"resnets": "0", "attentions": "1", "upsamplers": "2" if attentive[level] else "1"}[part]
    rest = "op" if part == "downsamplers" else rest
    stages = "input_blocks" if way == "down" else "output_blocks"
    return ".".join(filter(None, (stages, str(place), within, rest, kind)))


def test_the_full_model_has_the_published_parameters():
    """Names and shapes of Stable Diffusion 2.1's 866 million, and of the cameras' embedding; nothing else.

    In half precision that is 1.735 GB: the hub lists the published file with 1.74 GB.
    """
    with torch.device("meta"):
        ours = MultiViewUNet(UNetSettings()).state_dict()
        theirs = UNet2DConditionModel(**SD21).state_dict()
    attentive = (False, True, True, True)
    expected = {published_name(name, 2, attentive): tensor.shape for name, tensor in theirs.items()}
    assert len(expected) == len(theirs) == 686
    assert sum(tensor.numel() for tensor in theirs.values()) == 865_910_724
    for place, inputs in (("0", 16), ("2", 1280)):
        expected[f"camera_embed.{place}.weight"] = torch.Size([1280, inputs])
        expected[f"camera_embed.{place}.bias"] = torch.Size([1280])
    assert {name: tensor.shape for name, tensor in ours.items()} == expected
    assert sum(tensor.numel() for tensor in ours.values()) == 867_572_164


@pytest.fixture(scope="module")
def unet(tmp_path_factory):
    """Saved and loaded again."""
    folder = tmp_path_factory.mktemp("mvdream") / "unet"
    write_unet(folder)
    return load_unet(folder, torch.float32, CPU)


def pictures(views=4, side=8):
    noisy = torch.randn(views, 4, side, side, generator=generator())
    context = torch.randn(views, 7, TINY.context_dim, generator=generator(1))
    cameras = torch.randn(views, 16, generator=generator(2))
    return noisy, context, cameras


@pytest.mark.parametrize("timestep", [0, 3, 981])
def test_without_cameras_one_view_is_what_diffusers_computes(unet, tmp_path, timestep):
    write_unet(tmp_path / "unet")
    plain = load_unet(tmp_path / "unet", torch.float32, CPU)
    torch.nn.init.zeros_(plain.camera_embed[2].weight)
    torch.nn.init.zeros_(plain.camera_embed[2].bias)
    reference = UNet2DConditionModel(
        in_channels=4,
        out_channels=4,
        block_out_channels=(32, 64),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=1,
        cross_attention_dim=24,
        attention_head_dim=(2, 4),  # heads, whatever the name says: of 16 channels each
        use_linear_projection=True,
    )
    weights = plain.state_dict()
    names = {name: published_name(name, 1, (False, True)) for name in reference.state_dict()}
    reference.load_state_dict({name: weights[published] for name, published in names.items()})
    noisy, context, cameras = pictures()
    with torch.no_grad():
        ours = plain(noisy, timestep, context, cameras, views=1)
        theirs = reference.eval()(noisy, timestep, encoder_hidden_states=context).sample
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)


def test_time_is_told_in_waves():
    for timestep in (0, 17, 999):
        expected = get_timestep_embedding(torch.tensor([timestep]), 320, flip_sin_to_cos=True, downscale_freq_shift=0)
        torch.testing.assert_close(timestep_waves(timestep, 320, CPU), expected, rtol=0, atol=1e-5)
    assert timestep_waves(math.pi, 2, CPU)[0, 0].item() == pytest.approx(-1)


def difference(unet, *, changed, seen_from, views):
    """How much the answer about one view changes with another view's picture."""
    noisy, context, cameras = pictures(8)
    other = noisy.clone()
    other[changed] += 1
    with torch.no_grad():
        first, second = (unet(each, 500, context, cameras, views) for each in (noisy, other))
    return (first - second)[seen_from].abs().max().item()


def test_views_of_one_object_see_one_another_and_no_others(unet):
    assert difference(unet, changed=3, seen_from=0, views=4) > 1e-3
    assert difference(unet, changed=4, seen_from=0, views=4) == 0
    assert difference(unet, changed=1, seen_from=0, views=1) == 0


def test_the_order_of_views_means_nothing(unet):
    """Views are told apart by their cameras alone."""
    order = [2, 0, 3, 1]
    noisy, context, cameras = pictures()
    with torch.no_grad():
        straight = unet(noisy, 500, context, cameras, views=4)
        mixed = unet(noisy[order], 500, context[order], cameras[order], views=4)
    torch.testing.assert_close(mixed, straight[order], rtol=0, atol=1e-5)


def test_a_camera_and_a_text_make_a_difference(unet):
    noisy, context, cameras = pictures()
    with torch.no_grad():
        answer = unet(noisy, 500, context, cameras, views=4)
        assert (unet(noisy, 500, context, cameras.roll(1, 0), views=4) - answer).abs().max() > 1e-4
        assert (unet(noisy, 500, context.roll(1, 0), cameras, views=4) - answer).abs().max() > 1e-4


def test_weights_must_fill_the_network_exactly(tmp_path):
    path = tmp_path / "unet" / "diffusion_pytorch_model.safetensors"
    write_unet(tmp_path / "unet")
    weights = load_file(path)
    for changed in (
        {name: tensor for name, tensor in weights.items() if name != "camera_embed.0.weight"},
        {**weights, "surplus": torch.zeros(1)},
        {**weights, "out.2.weight": torch.zeros(4, 64, 3, 3)},
    ):
        save_file(changed, path)
        with pytest.raises(WeightsDamaged, match=r"safetensors.*(camera_embed|surplus|out\.2)"):
            load_unet(tmp_path / "unet", torch.float32, CPU)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"_class_name": "UNet2DConditionModel"}, "MVDream"),
        ({"ip_dim": 16}, "ImageDream"),
        ({"camera_dim": None}, r"config\.json"),
        ({"ip_dim": 0}, None),
    ],
)
def test_other_models_are_refused(tmp_path, changed, said):
    write_unet(tmp_path / "unet", **changed)
    if said is None:
        load_unet(tmp_path / "unet", torch.float32, CPU)
        return
    with pytest.raises(WeightsDamaged, match=said):
        load_unet(tmp_path / "unet", torch.float32, CPU)


@pytest.mark.parametrize("name", ["config.json", "diffusion_pytorch_model.safetensors"])
def test_missing_and_truncated_files_are_named(tmp_path, name):
    write_unet(tmp_path / "unet")
    path = tmp_path / "unet" / name
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(WeightsDamaged, match=name):
        load_unet(tmp_path / "unet", torch.float32, CPU)
    path.unlink()
    with pytest.raises(WeightsMissing, match=name):
        load_unet(tmp_path / "unet", torch.float32, CPU)
