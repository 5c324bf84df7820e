"""Pictures of another size are those that torch would make, and so are their gradients."""

import pytest
import torch
import torch.nn.functional as F

from backend.priors.pictures import resized


@pytest.mark.parametrize(
    ("before", "after"), [((64, 64), 512), ((64, 64), 24), ((48, 32), 20), ((12, 12), 64), ((9, 9), 7)]
)
def test_bilinear_and_averaged(before, after):
    images = torch.rand(2, 3, *before, generator=torch.Generator().manual_seed(0)).requires_grad_()
    weights = torch.rand(2, 3, after, after, generator=torch.Generator().manual_seed(1))
    found = []
    for made in (resized(images, after), F.interpolate(images, (after, after), mode="bilinear", antialias=True)):
        (gradient,) = torch.autograd.grad((made * weights).sum(), images)
        found.append((made, gradient))
    (ours, our_gradient), (theirs, their_gradient) = found
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(our_gradient, their_gradient, atol=1e-4, rtol=1e-4)


def test_nothing_is_done_to_pictures_of_that_size():
    images = torch.rand(1, 3, 8, 8)
    assert resized(images, 8) is images
