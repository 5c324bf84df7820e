"""The best of several first rings goes on: with coherent sides, in full light, arranged as they agree best."""

import pytest
import torch
from analytic import GaussianPrior, generator
from ring_pictures import CAMERAS, SIZE, dog, dog_looking_one_way, ellipsoid, pictures

from backend.distillation.arrangement import arranged, as_drawn, judge
from backend.distillation.coherence import silhouette_coherence
from backend.distillation.first_ring import FirstRingSettings, best_of, draw_first_ring, first_ring_calls


def test_light_from_one_side_and_dim_light_count_against_a_ring():
    looks = ((0.8,) * 4, (0.4, 0.6, 0.8, 0.6), (0.5,) * 4)
    full, lit, dim = judged = [judge(pictures(ellipsoid(), each), CAMERAS, as_drawn(4), 0.2) for each in looks]
    assert full.shape == pytest.approx(lit.shape) == pytest.approx(dim.shape)
    torch.testing.assert_close(lit.brightness, torch.tensor([0.4, 0.6, 0.8, 0.6]))
    assert best_of(judged, 0.3) == 0
    assert best_of([lit, dim], 0.3) == 1  # 0.5 of the brightest view's 0.8, against 0.4


class Moods(GaussianPrior):
    """Has in mind what `worlds` says, each for as many calls as it says, and then whatever it is shown.

    Worlds may come in any arrangement when they are shown again.
    """

    hears_cameras = False
    sees_normals = False

    def __init__(self, worlds, calls):
        super().__init__(0.5, std=1e-3, resolution=SIZE)
        self.turns = [world * 2 - 1 for world, count in zip(worlds, calls, strict=True) for _ in range(count)]
        both = torch.arange(8)  # each picture and its mirror image
        self.known = torch.stack([arranged(world, both) for world in worlds]) * 2 - 1

    def predict_noise(self, noisy, timestep, condition):
        mean = self.turns[self.calls] if self.calls < len(self.turns) else self.clean_of(noisy, timestep)
        self.calls += 1
        noise = self.exact_noise(noisy, timestep, mean)
        return noise, noise

    def clean_of(self, noisy, timestep):
        """Whatever noisy is nearest to, each place by itself: the chosen one goes on to be itself."""
        shown = self.schedule.alphas[timestep] * self.known[:, None]
        least, which = (noisy[:, None] - shown).square().sum(dim=(3, 4, 5)).min(dim=2)  # of all worlds and places
        world = least.sum(dim=1).argmin()
        return self.known[world, which[world]]


def draw(prior, settings, steps=6):
    condition = GaussianPrior(0.5, 0.1, resolution=SIZE).condition("", "", CAMERAS)
    start = lambda: torch.full((4, 3, SIZE, SIZE), 0.5)  # noqa: E731  # as short as it is
    latents = draw_first_ring(prior, start, 0.95, steps, condition, CAMERAS, generator(), (0.0, 0.0), settings)
    return prior.decode(latents)


def coherence(made):
    found = made[:, 0] >= 0.5
    return silhouette_coherence(CAMERAS, found, ~found, as_drawn(4)).item()


def test_the_best_of_several_goes_on_in_its_best_order():
    solid = ellipsoid()
    incoherent = pictures(torch.stack([solid[0], solid[0], solid[1], solid[1].roll(12, dims=-1)]))
    dark_on_one_side = pictures(solid, (0.3, 0.6, 0.8, 0.6))
    wrong_order = pictures(solid[[1, 0, 2, 3]])
    settings = FirstRingSettings(candidates=3, look_after=2)
    prior = Moods([incoherent, wrong_order, dark_on_one_side], calls=[2, 2, 2])
    made = draw(prior, settings)
    assert prior.calls == first_ring_calls(settings, 6) == 10
    assert coherence(made) > 0.97
    assert made[:, 0][made[:, 0] >= 0.5].mean().item() == pytest.approx(0.8, abs=0.03)


def test_a_side_is_mirrored_that_looks_the_wrong_way():
    shown = pictures(dog_looking_one_way())
    made = draw(Moods([shown], calls=[2]), FirstRingSettings(candidates=1, look_after=2))
    assert coherence(shown) < 0.96 < 0.98 < coherence(made)


def test_what_shows_only_later_is_put_right_later():
    """A body at first, which turns out to be a dog whose sides look the same way."""
    late = pictures(dog_looking_one_way())
    made = draw(Moods([pictures(ellipsoid()), late], calls=[2, 4]), FirstRingSettings(candidates=1, look_after=2))
    assert coherence(late) < 0.96 < 0.98 < coherence(made)
    once = draw(Moods([late], calls=[6]), FirstRingSettings(candidates=1, look_after=6))
    torch.testing.assert_close(made > 0.5, once > 0.5)


@pytest.mark.parametrize("trait", ["hears_cameras", "sees_normals"])
def test_pictures_stay_that_were_drawn_for_their_cameras(trait):
    """By a prior that hears them, or one whose normals say where they were."""
    shown = pictures(dog()[[1, 0, 2, 3]])
    prior = Moods([shown], calls=[6])
    setattr(prior, trait, True)
    made = draw(prior, FirstRingSettings(candidates=1))
    torch.testing.assert_close(made > 0.5, shown > 0.5)
