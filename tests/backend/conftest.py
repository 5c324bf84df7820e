"""The real prior, loaded once for all tests that need it, small ones of the kinds that users bring, and one ball's."""

import pytest
import torch
from analytic import GaussianPrior, ball_pictures
from engine_runs import BALL
from tiny_models import TinyModels

import backend.run
import backend.session
from backend.priors.toybox import ToyboxPrior

CPU = torch.device("cpu")


@pytest.fixture(scope="session")
def four_views():
    """The toybox that looks at four views together."""
    return ToyboxPrior(4, CPU)


@pytest.fixture(scope="session")
def one_view():
    """The toybox that looks at each view alone."""
    return ToyboxPrior(1, CPU)


@pytest.fixture
def one_thread():
    """For results that are to be the same to the last bit: sums in another order are other sums."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def ball_prior(monkeypatch, one_thread):
    """A ball for a prior instead of the toybox, a coarse field on disk, one thread. Gives the list of loads."""
    loaded = []

    def load(source, views, device, options):
        loaded.append(views)
        return GaussianPrior(mean=ball_pictures(BALL, 16), std=0.05, views=views)

    monkeypatch.setattr(backend.run, "load_prior", load)
    monkeypatch.setattr(backend.session, "FIELD_RESOLUTION", 40)
    return loaded


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory):
    """Stable Diffusion and its kin in miniature, on the disk."""
    return TinyModels(tmp_path_factory.mktemp("models"))
