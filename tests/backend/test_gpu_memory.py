"""What only a real GPU can show of memory."""

import pytest
import torch

from backend.devices import choose_device, empty_cache
from backend.memory.device import Peak, keep_below

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")


@pytest.mark.parametrize("name", ["cuda", "cuda:0"])
def test_a_gpu_gives_nothing_beyond_the_cap(name):
    """Whichever way a job names it."""
    device = choose_device(name)
    empty_cache()
    keep_below(torch.cuda.memory_reserved(device) + 50_000_000, device)
    try:
        with pytest.raises(torch.OutOfMemoryError):
            torch.empty(200_000_000, dtype=torch.uint8, device=device)
    finally:
        keep_below(torch.cuda.get_device_properties(device).total_memory, device)
    torch.empty(200_000_000, dtype=torch.uint8, device=device)


def test_what_an_earlier_job_left_in_reserve_is_no_part_of_a_peak():
    device = choose_device("cuda")
    before = torch.cuda.memory_allocated(device)
    block = torch.empty(200_000_000, dtype=torch.uint8, device=device)
    del block
    found = Peak(device).bytes()
    assert found is not None and found < before + 150_000_000
