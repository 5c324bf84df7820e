"""A training in miniature, of a cube with six colours at 16 × 16 pixels."""

import pytest
import torch
from cube_world import CubeWorld

from toybox.training.settings import configuration
from toybox.training.trainer import Trainer

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def one_thread():
    """Small things are slower on several threads, and tests run beside one another."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def tiny():
    """A new training: tiny("network.normals=true") changes settings of the configuration smoke."""

    def make(*changes: str) -> Trainer:
        return Trainer(configuration("smoke").changed(list(changes)), CubeWorld(), CPU)

    return make
