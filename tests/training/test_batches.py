"""What a step looks at: which views, what is told of them, and pictures that contradict it."""

import math
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from cube_world import CubeWorld

import toybox.training
from dreamfusion_blender.errors import BadSpec
from toybox.training.conflict import balls, contradict
from toybox.training.pictures import Look, compose
from toybox.training.seeds import torch_stream
from toybox.training.settings import CONFIGURATIONS, ConflictSettings, Settings, configuration
from toybox.training.store import Chunks, Store
from toybox.training.words import Words

CPU = torch.device("cpu")
ALL_TOLD = ("batch.drop_light=0", "batch.drop_cameras=0", "batch.drop_one_camera=0")
FOLDER = Path(toybox.training.__file__).parent


def draw(trainer, index=0):
    return trainer.drawer(*trainer.store.at(0), torch_stream(CPU, "test", index))


def test_groups_are_rings_told_their_cameras(tiny):
    trainer = tiny("batch.drop_cameras=0", "batch.drop_one_camera=0", "batch.drop_caption=0", "batch.groups=8")
    batch = draw(trainer)
    poses = batch.labels[batch.singles :, :16].reshape(8, 4, 4, 4)
    back = poses[:, :, :3, 2]
    turns = torch.atan2(back[..., 0], -back[..., 1]).diff(dim=1).remainder(2 * math.pi)
    torch.testing.assert_close(turns, torch.full((8, 3), math.pi / 2), rtol=0, atol=1e-3)
    torch.testing.assert_close(back[:, 0, 2], back[:, 3, 2])  # one elevation
    assert batch.rays[batch.singles :].abs().sum(dim=(1, 2, 3)).min() > 0
    texts = [trainer.words.text(row.tolist()) for row in batch.tokens[batch.singles :]]
    assert set(texts) == {"a large cube"}


def test_what_is_dropped_is_not_told(tiny):
    trainer = tiny("batch.drop_cameras=1", "batch.drop_caption=1", "batch.single_cameras=0")
    batch = draw(trainer)
    assert not batch.labels[:, :16].any() and not batch.rays.any()
    assert (batch.tokens == trainer.drawer.empty).all()


def test_single_views_say_their_direction(tiny):
    trainer = tiny("batch.single_words=1", "batch.drop_caption=0", "batch.single_cameras=1", "batch.singles=64")
    batch = draw(trainer)
    for tokens, matrix in zip(batch.tokens[:64], batch.labels[:64, :16].reshape(-1, 4, 4), strict=True):
        x, y, z = matrix[:3, 2].tolist()
        side = "front" if -y > abs(x) else "back" if y > abs(x) else "side"
        expected = "overhead" if math.asin(z) > math.pi / 3 else side
        assert trainer.words.text(tokens.tolist()) == f"a large cube, {expected} view"


def test_what_is_told_of_the_light_is_what_the_pictures_show(tiny):
    """Views of a ring, told in their own axes, agree on one light; and it explains the pictures."""
    trainer = tiny(*ALL_TOLD, "batch.flat=0", "batch.groups=8", "network.normals=true")
    batch = draw(trainer)
    rings = slice(batch.singles, None)
    matrices = batch.labels[rings, :16].reshape(-1, 4, 4)
    lights = torch.einsum("bij,bj->bi", matrices[:, :3, :3], batch.labels[rings, 16:19]).view(8, 4, 3)
    torch.testing.assert_close(lights, lights[:, :1].expand(-1, 4, -1), rtol=0, atol=1e-5)
    assert (batch.labels[rings, 19] == 1).all()
    assert (lights.norm(dim=-1) > 0.3).all()
    # Of all the light on faces of one colour, what grows with n · l is what is told.
    colour, normal = batch.clean[rings].split(3, dim=1)
    facing = (normal * lights.flatten(0, 1)[:, :, None, None]).sum(dim=1).clamp(min=0)
    solid = batch.mask[rings, 0] > 0.99
    brightness = colour.add(1).amax(dim=1)
    found = torch.corrcoef(torch.stack([facing[solid], brightness[solid]]))[0, 1]
    assert found > 0.5


def test_plain_albedo_is_told_as_no_light_and_what_is_dropped_not_at_all(tiny):
    flat = draw(tiny("batch.drop_light=0", "batch.flat=1")).labels[:, 16:]
    assert (flat == torch.tensor([0.0, 0.0, 0.0, 1.0])).all()
    assert not draw(tiny("batch.drop_light=1")).labels[:, 16:].any()


def test_pictures_are_lit_and_stand_before_a_background():
    albedo, mask = torch.full((1, 3, 1, 2), 0.5), torch.tensor([1.0, 0.5]).view(1, 1, 1, 2)
    normal = torch.tensor([0.0, 0.0, 1.0]).view(1, 3, 1, 1).expand(1, 3, 1, 2)
    light = torch.tensor([[0.0, 0.6, 0.8]])
    look = Look(light, torch.tensor([0.4]), torch.tensor([0.5]), torch.tensor([[0.0, 0.2, 1.0]]))
    picture = compose(albedo * mask, mask, normal * mask, look)
    lit = 0.5 * (0.4 + 0.5 * 0.8)
    torch.testing.assert_close(picture[0, :, 0, 0], torch.full((3,), lit))
    torch.testing.assert_close(picture[0, :, 0, 1], lit / 2 + torch.tensor([0.0, 0.1, 0.5]))


def groups(count=300):
    """Each view of each group has a colour of its own."""
    colour = torch.arange(count * 4).view(count, 4, 1, 1, 1) / (count * 4.0)
    return colour.expand(count, 4, 3, 8, 8).clone(), torch.ones(count, 4, 1, 8, 8)


def test_conflicts_are_turned_views_one_view_or_balls():
    clean, mask = groups()
    shown = contradict(clean, mask, torch.ones(300), ConflictSettings(share=1.0), torch_stream(CPU, 1))
    kinds = set()
    for before, after in zip(clean[:, :, 0, 4, 4], shown[:, :, 0, 4, 4], strict=True):
        turned = [k for k in (1, 2, 3) if torch.equal(after, before.roll(-k))]
        one = any(torch.equal(after, before[k].expand(4)) for k in range(4))
        kinds.add(f"turned {turned[0]}" if turned else "one" if one else "ball")
        if not turned and not one:
            torch.testing.assert_close(after, before.mean().expand(4))
    assert kinds == {"turned 1", "turned 2", "turned 3", "one", "ball"}


def test_below_the_level_and_beyond_the_share_nothing_is_changed():
    clean, mask = groups()
    level = torch.linspace(0, 1, 300)
    shown = contradict(clean, mask, level, ConflictSettings(share=0.5, above=0.6), torch_stream(CPU, 1))
    changed = (shown != clean).flatten(1).any(dim=1)
    assert not changed[level < 0.6].any()
    assert 0.3 < changed[level >= 0.6].float().mean() < 0.7


def test_balls_have_the_object_s_mean_colour():
    clean = torch.full((1, 4, 3, 8, 8), -1.0)
    mask = torch.zeros(1, 4, 1, 8, 8)
    mask[..., 2:6, 2:6] = 1
    clean[:, :2, :, 2:6, 2:6], clean[:, 2:, :, 2:6, 2:6] = 0.0, 1.0
    made = balls(clean, mask, torch.tensor([0.5]))
    assert made[0, :, :, 4, 4].unique().tolist() == [0.5]
    assert made[0, :, :, 0, 0].unique().tolist() == [-1.0]


def test_chunks_come_and_go_by_the_step_alone(tmp_path):
    """The store of a run that starts at a step is that of one that came there; chunks on disk are the same."""
    settings = configuration("smoke")
    words = Words(CubeWorld.words, 32)

    def make(folder):
        return Store(Chunks(CubeWorld(), settings.data, 16, words, CPU, folder))

    came, cached = make(None), make(tmp_path)
    for step in (0, 20, 40, 60):
        parts, count = came.at(step)
        cached.at(step)
    assert count == 32
    for other in (make(None), make(tmp_path)):
        again, _ = other.at(60)
        assert all(torch.equal(a, b) for a, b in zip(parts, again, strict=True))
    assert len(list(tmp_path.glob("train-*.safetensors"))) == 4


def test_settings_survive_json_and_take_changes():
    for settings in CONFIGURATIONS.values():
        assert Settings.from_json(settings.to_json()) == settings
    changed = configuration("default").changed(["network.widths=[8, 16]", "noise.shift=2", "seed=5"])
    assert (changed.network.widths, changed.noise.shift, changed.seed) == ((8, 16), 2.0, 5)


@pytest.mark.parametrize(
    "change", ["network.widhts=[8]", "seed", "seed=x", "network.film=1", "noise.prediction=flow", "network.layers=2.5"]
)
def test_changes_that_are_not_understood_are_refused(change):
    with pytest.raises(BadSpec):
        configuration("default").changed([change])


def test_training_needs_no_diffusers():
    """A machine that trains may have none."""
    names = [f"toybox.training.{path.stem}" for path in sorted(FOLDER.glob("*.py"))]
    program = f"import sys; sys.modules['diffusers'] = None\nimport {', '.join(names)}"
    subprocess.run([sys.executable, "-c", program], cwd=FOLDER.parents[1], check=True)
