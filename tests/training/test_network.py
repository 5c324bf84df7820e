"""The U-Net in our own words is diffusers' own, and views see one another only in groups."""

from typing import Any

import pytest
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from backend.priors.toybox import FOLDER
from backend.priors.toybox_attention import MultiViewAttention
from toybox.training.exported import network_of
from toybox.training.network import UNet, labels_of, make_text_encoder, unet_config
from toybox.training.settings import NetworkSettings, configuration

SMALL = configuration("smoke").network


def told(network, views=4):
    channels = unet_config(network)["in_channels"]
    generator = torch.Generator().manual_seed(0)
    shapes = (channels, 16, 16), (network.tokens, network.text_width), (labels_of(network),)
    seen, text, labels = (torch.randn(views, *shape, generator=generator) for shape in shapes)
    return seen, torch.full((views,), 500), text, labels


@pytest.mark.parametrize("film", [False, True])
@torch.no_grad()
def test_diffusers_makes_the_same_of_the_same_weights(film):
    network = SMALL if film else NetworkSettings(widths=(16, 32, 48), attention_from=1, groups=8, text_width=32)
    theirs: Any = UNet2DConditionModel.from_config(unet_config(network))
    ours, theirs = UNet(network).eval(), theirs.eval()
    theirs.load_state_dict(ours.state_dict())
    seen, time, text, labels = told(network)
    for singles, together in ((4, 1), (0, 4)):
        theirs.set_attn_processor(MultiViewAttention(together))
        expected = theirs(seen, time, text, class_labels=labels).sample
        torch.testing.assert_close(ours(seen, time, text, labels, singles), expected, rtol=1e-4, atol=1e-5)


def test_the_default_network_is_the_shipped_one():
    theirs: Any = UNet2DConditionModel.load_config(FOLDER / "unet")
    ours = unet_config(NetworkSettings())
    assert {name: theirs[name] for name in ours} == ours
    encoder = make_text_encoder(NetworkSettings(), 135).config
    assert network_of(ours, encoder, FOLDER) == NetworkSettings()


@torch.no_grad()
def test_single_views_and_groups_share_a_batch():
    """Two views on their own and a group of four: who changes whom?"""
    unet = UNet(SMALL).eval()
    seen, *rest = told(SMALL, views=6)
    before = unet(seen, *rest, singles=2)
    for changed, others in ((0, []), (2, [3, 4, 5])):
        other = seen.clone()
        other[changed] += 1
        moved = (unet(other, *rest, singles=2) - before).abs().amax(dim=(1, 2, 3)) > 1e-6
        assert moved.nonzero()[:, 0].tolist() == [changed, *others]
