"""Devices: what is asked for is used or refused in words, never replaced silently."""

import pytest
import torch

from backend.devices import choose_device, empty_cache
from dreamfusion_blender.errors import BadSpec


@pytest.fixture
def machine(monkeypatch):
    """Pretend to have so many CUDA GPUs, and Apple's or not."""

    def pretend(cuda=0, mps=False, capability=(8, 9), kernels=("sm_75", "sm_86", "compute_120")):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: capability)
        monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: list(kernels))
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return pretend


@pytest.mark.parametrize(
    ("have", "chosen"),
    [({}, "cpu"), ({"cuda": 2}, "cuda"), ({"mps": True}, "mps"), ({"cuda": 1, "mps": True}, "cuda")],
)
def test_auto_takes_the_fastest_there_is(machine, have, chosen):
    machine(**have)
    assert choose_device("auto").type == chosen


def test_auto_takes_what_the_machines_user_said_and_a_jobs_own_choice_goes_first(machine, monkeypatch):
    machine(cuda=2)
    monkeypatch.setenv("DREAMFUSION_DEVICE", "cpu")
    assert (choose_device("auto").type, str(choose_device("cuda:1"))) == ("cpu", "cuda:1")
    monkeypatch.setenv("DREAMFUSION_DEVICE", "mps")
    with pytest.raises(BadSpec, match="mps is not available"):
        choose_device("auto")


@pytest.mark.parametrize(
    ("have", "asked"), [({"cuda": 2}, "cuda:1"), ({"cuda": 1}, "cuda"), ({"mps": True}, "mps"), ({"cuda": 1}, "cpu")]
)
def test_what_is_there_is_used_as_asked(machine, have, asked):
    machine(**have)
    assert str(choose_device(asked)) == asked


@pytest.mark.parametrize(
    ("have", "asked"), [({}, "cuda"), ({}, "cuda:0"), ({"cuda": 2}, "cuda:2"), ({}, "mps"), ({"cuda": 1}, "mps")]
)
def test_what_is_not_there_is_refused_with_what_is(machine, have, asked):
    machine(**have)
    with pytest.raises(BadSpec, match=f"{asked} is not available") as caught:
        choose_device(asked)
    offered = caught.value.message.partition("there are: ")[2]
    assert offered.startswith("cpu")
    assert ("cuda:0" in offered) == bool(have.get("cuda"))


@pytest.mark.parametrize(
    ("capability", "kernels", "runs"),
    [
        ((8, 9), ["sm_75", "sm_86", "sm_90"], True),  # code for 8.6 runs on 8.9
        ((8, 0), ["sm_75", "sm_86", "sm_90"], False),
        ((6, 1), ["sm_75", "sm_120", "compute_120"], False),
        ((12, 1), ["sm_75", "compute_120"], True),  # compiled when it is needed
        ((9, 0), ["gfx90a", "gfx1100"], True),  # AMD's
    ],
)
def test_a_gpu_that_this_torch_has_no_code_for_is_not_taken(machine, capability, kernels, runs):
    machine(cuda=1, capability=capability, kernels=kernels)
    assert choose_device("auto").type == ("cuda" if runs else "cpu")
    if not runs:
        with pytest.raises(BadSpec, match="there are: cpu, or"):
            choose_device("cuda")


def test_a_driver_that_lists_gpus_without_starting_has_none(machine, monkeypatch):
    machine(cuda=1)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto").type == "cpu"
    with pytest.raises(BadSpec, match="cuda is not available"):
        choose_device("cuda")


@pytest.mark.parametrize("gpus", [0, 1])
def test_caches_are_emptied_once_where_there_is_a_gpu_and_not_at_all_without(machine, monkeypatch, gpus):
    machine(cuda=gpus)
    emptied = []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: emptied.append("cuda"))
    empty_cache()
    assert len(emptied) == gpus
