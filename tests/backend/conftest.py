"""The real prior, loaded once for all tests that need it."""

import pytest
import torch

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
