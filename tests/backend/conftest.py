"""The real prior, loaded once for all tests that need it, and small ones of the kinds that users bring."""

import pytest
import torch
from tiny_models import TinyModels

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


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory):
    """Stable Diffusion and its kin in miniature, on the disk."""
    return TinyModels(tmp_path_factory.mktemp("models"))
