"""The training of layouts, in miniature, of a cube with six colours."""

import json

import pytest
import torch
from cube_world import CubeWorld

from backend.priors.toybox import ToyboxPrior
from dreamfusion_blender.errors import BadSpec
from toybox.training.exported import export, export_layouts, load_text_encoder
from toybox.training.known_world import KnownWorld
from toybox.training.layout_batch import draw_layouts
from toybox.training.layout_trainer import LAYOUTS_SMOKE, LayoutTrainer
from toybox.training.layouts import open_layouts
from toybox.training.runs import CHECKPOINT, train
from toybox.training.seeds import numpy_stream, torch_stream
from toybox.training.views import PRODUCT, product_cameras
from toybox.training.words import Words

CPU = torch.device("cpu")


@pytest.fixture
def prior(tiny, tmp_path):
    """A toybox of the cube's world, untrained."""
    trainer = tiny()
    export(tmp_path / "prior", trainer.model, trainer.unet, trainer.words)
    return tmp_path / "prior"


@pytest.fixture
def settings(prior):
    words = json.loads((prior / "tokenizer" / "tokenizer.json").read_text())["model"]["vocab"]
    return LAYOUTS_SMOKE.changed([f"network.layout_words={len(words)}", "network.text_width=32", "optimiser.rate=2e-3"])


def begun(prior, settings):
    return LayoutTrainer(settings, CubeWorld(), CPU, prior=prior)


def test_half_of_the_cameras_are_those_of_the_first_rings():
    cameras = product_cameras(200, numpy_stream("cameras"), CPU)
    eighths = cameras.azimuth[::4] / (torch.pi / 4)
    at_eighths = (eighths - eighths.round()).abs() < 1e-4
    assert 70 < at_eighths.sum() < 130
    assert (cameras.elevation[::4][at_eighths] - PRODUCT.first_elevation).abs().max() <= 0.1 + 1e-6
    assert cameras.elevation.min() < 0 and cameras.elevation.max() > 0.5


def test_it_learns_its_cameras(prior, settings):
    """After some small steps wrong cameras make it wrong, since normals say where each view looks from."""
    trainer = begun(prior, settings.changed(["optimiser.steps=150", "optimiser.average=0.9"]))
    before = trainer.evaluate()
    for _ in range(150):
        trainer.step()
    after = trainer.evaluate()
    assert after["held_out_loss"] < 0.7 * before["held_out_loss"]
    assert after["turned_growth"] > 0.1 > 5 * abs(before["turned_growth"])


def test_captions_are_left_out_as_often_as_is_said(prior, settings):
    trainer = begun(prior, settings.changed(["batch.drop_caption=0.25", "batch.groups=400"]))
    batch = draw_layouts(*trainer.store.at(0), trainer.settings.batch, torch_stream(CPU, "drop"))
    assert 0.65 < batch.captioned.float().mean() < 0.85


def test_pieces_make_a_whole(prior, settings, tmp_path):
    settings = settings.changed(["optimiser.steps=6", "evaluate_every=100"])
    whole = begun(prior, settings)
    for _ in range(6):
        whole.step()
    first = begun(prior, settings)
    for _ in range(3):
        first.step()
    (tmp_path / "run").mkdir()
    first.save(tmp_path / "run" / CHECKPOINT)
    again = open_layouts(tmp_path / "run", settings, CubeWorld(), CPU, None, False, prior)
    train(again, tmp_path / "run", 1.0)
    assert again.step_index == 6
    for mine, theirs in zip([*again.parameters, *again.average], [*whole.parameters, *whole.average], strict=True):
        assert torch.equal(mine, theirs)


def test_what_is_exported_is_what_the_backend_draws_with(prior, settings):
    trainer = begun(prior, settings)
    assert not ToyboxPrior(4, CPU, prior).draws_layouts
    with torch.no_grad():
        for each in trainer.parameters:
            each.copy_(each.half())
    export_layouts(prior, trainer.unet, trainer.volume, settings.network, settings.noise)
    again = begun(prior, settings.changed(["seed=1"]))
    again.begin_with(prior)
    for mine, theirs in zip([*again.parameters, *again.average], 2 * trainer.parameters, strict=True):
        assert torch.equal(mine, theirs)
    toybox = ToyboxPrior(4, CPU, prior)
    assert toybox.draws_layouts and not ToyboxPrior(1, CPU, prior).draws_layouts
    cameras = product_cameras(1, numpy_stream("export"), CPU)
    layout = toybox.draw_layout("a large cube", "", cameras, torch_stream(CPU, "export"))
    assert [each.shape for each in layout] == [(4, 3, 32, 32), (4, 1, 32, 32), (4, 3, 32, 32)]
    other = toybox.draw_layout("a large cube", "", cameras, torch_stream(CPU, "export"))
    assert all(torch.equal(mine, theirs) for mine, theirs in zip(layout, other, strict=True))


def test_a_toybox_of_other_words_is_refused(prior):
    with pytest.raises(BadSpec, match="vocabulary"):
        load_text_encoder(prior, Words(("other", "words"), 32))


def test_the_known_world_is_what_the_shipped_toybox_knows():
    world = KnownWorld()
    assert len(world.things) == 79 and len(world.colours) == 13
    toys = world.toys(40, numpy_stream("known"), False)
    assert {word for toy in toys for word in toy.caption.split()} <= set(world.words)
    for said in (" on top of ", " on a", " next to ", " and a", "photo of"):
        assert any(said in toy.caption for toy in toys)
    assert len(world.one_of_each(numpy_stream("each"))) == 79
