"""What is read off target pictures, against pictures drawn by hand."""

import torch
from analytic import CPU

from backend.cameras import ring
from backend.distillation.target_rings import Ring, border_colour, silhouettes


def test_the_colour_of_the_corners_is_the_background():
    pictures = torch.full((2, 3, 16, 16), 0.3)
    pictures[1] = 0.8
    pictures[:, :, 4:12, 4:12] = 0.0
    pictures[0, :, 0, 0] = 1.0  # one wrong pixel does not matter
    torch.testing.assert_close(border_colour(pictures), torch.tensor([[0.3] * 3, [0.8] * 3]))


def framed(background: float) -> torch.Tensor:
    """A black square frame, 2 pixels thick, 8 a side, around a hole in the background's colour: [1, 3, 16, 16]."""
    picture = torch.full((1, 3, 16, 16), background)
    picture[:, :, 4:12, 4:12] = 0.0
    picture[:, :, 6:10, 6:10] = background
    return picture


def test_a_silhouette_knows_outside_from_holes_and_edges():
    outside, inside = silhouettes(framed(0.8), torch.full((1, 3), 0.8))
    assert outside.sum() == 16 * 16 - 10 * 10
    assert not outside[:, 3:13, 3:13].any()  # neither the frame, nor its hole, nor what lies beside it
    assert not inside.any()  # two pixels of frame are all edge

    solid = torch.full((1, 3, 16, 16), 0.8)
    solid[:, :, 4:12, 4:12] = 0.0
    outside, inside = silhouettes(solid, torch.full((1, 3), 0.8))
    assert inside.sum() == 6 * 6
    assert inside[:, 5:11, 5:11].all()


def test_nothing_is_sure_where_the_object_fills_the_picture():
    pictures = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    outside, _ = silhouettes(pictures, torch.full((2, 3), 3.0))  # no pixel has this colour
    assert not outside.any()


def test_a_ring_comes_back_from_its_state():
    cameras = ring(4, 0.3, 0.2, 0.75, 1.05, CPU)
    for light in (None, torch.tensor([0.0, 0.6, 0.8])):
        before = Ring.of(cameras, framed(0.7).expand(4, 3, 16, 16), light, unlit=0.75)
        after = Ring.from_state(before.state_dict())
        torch.testing.assert_close(after.cameras.pose, cameras.pose)
        torch.testing.assert_close(after.cameras.fov, cameras.fov)
        assert torch.equal(after.outside, before.outside)
        assert torch.equal(after.inside, before.inside)
        assert (after.light is None) == (light is None)
        assert after.unlit == before.unlit
