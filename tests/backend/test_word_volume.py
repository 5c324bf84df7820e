"""Words as volumes: what a ray reads is what lies along it, whichever camera it is of."""

import torch
from torch.testing import assert_close

from backend.cameras import ring
from backend.priors.toybox_variant import ray_maps
from backend.priors.word_volume import WordVolume

CPU = torch.device("cpu")
SIDE = 8


def of_coordinates():
    """A volume whose features are 1 and what x, y and z are painted with, whatever is said: twice as much each."""
    volume = WordVolume(words=5, hidden=4, rank=2, materials=3, side=SIDE, depths=3)
    centres = (torch.arange(SIDE) + 0.5) / SIDE * 2 - 1
    z, y, x = torch.meshgrid(centres, centres, centres, indexing="ij")
    with torch.no_grad():
        volume.grid.weight.zero_()
        volume.grid.bias.copy_(torch.stack([torch.ones_like(x), x, y, z]).flatten())
        volume.palette.weight.zero_()
        volume.palette.bias.copy_(2 * torch.eye(3).flatten())
    return volume


@torch.no_grad()
def test_a_ray_reads_the_places_it_passes():
    cameras = ring(4, 0.3, 0.4, 0.5, 1.1, CPU)
    rays = ray_maps(cameras, 4)
    read = of_coordinates()(torch.zeros(1, 4), rays).view(4, 4, 3, 4, 4)  # views, features, depths, rows, columns
    directions, moments = rays.split(3, dim=1)
    for index, depth in enumerate((-0.9, 0.0, 0.9)):
        at = read[:, 1:, index] / 2
        inside = read[:, :1, index] > 1 - 1e-5  # beyond the outer cells' centres it fades
        # Wherever it lies on the ray, a point has the ray's moment; and the nearest to the origin is at right angles.
        assert inside.float().mean() > 0.15
        off = (torch.linalg.cross(at, directions, dim=1) - moments) * inside
        along = ((at * directions).sum(dim=1, keepdim=True) - depth) * inside
        assert_close(off, torch.zeros_like(off), rtol=0, atol=1e-5)
        assert_close(along, torch.zeros_like(along), rtol=0, atol=1e-5)


@torch.no_grad()
def test_each_prompt_s_views_read_its_own_volume():
    volume = WordVolume(words=5, hidden=8, rank=4, materials=2, side=4, depths=2)
    rays = ray_maps(ring(4, 0.0, 0.2, 0.6, 1.1, CPU), 3)
    said = torch.rand(2, 8)
    together = volume(said, rays.repeat(2, 1, 1, 1))
    alone = [volume(each[None], rays) for each in said]
    assert_close(together, torch.cat(alone))
    assert not torch.allclose(*alone)
    assert volume.channels == 8 and WordVolume(**volume.sizes).state_dict().keys() == volume.state_dict().keys()


@torch.no_grad()
def test_a_colour_belongs_to_the_word_that_it_stands_beside():
    """The same words in another order mean something else; padding, start, end and unknown words mean nothing."""
    start, end, unknown, padding = 1, 2, 3, 0
    volume = WordVolume(words=8, hidden=8, rank=2)
    one, other = [start, 5, 6, 4, 7, 6, end, padding], [start, 7, 6, 4, 5, 6, end, padding]
    meaning = volume.meaning(torch.tensor([one, other]))
    assert meaning.shape == (2, 8) and not torch.allclose(*meaning)
    assert not volume.meaning(torch.tensor([[start, unknown, end, padding]])).any()
    assert_close(volume.meaning(torch.tensor([[*one, padding, padding]])), meaning[:1])
