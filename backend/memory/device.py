"""What a device has free, and the most that was taken while something ran. Bytes throughout."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Final

import torch

from backend.devices import empty_cache

__all__ = ["Peak", "device_name", "free_bytes", "keep_below"]

USUAL_MPS_SHARE: Final = 1.7  # of the recommended memory, up to which torch goes where nobody says otherwise
_CGROUPS: Final = (  # a container's limit and what it has taken, of cgroups 2 and 1; memory.stat is beside them
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def device_name(device: torch.device) -> str:
    """The name that measurements of it are kept under."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{device.type} {platform.machine()}, {torch.get_num_threads()} threads"


def free_bytes(device: torch.device) -> int | None:
    """What this process could still take, on top of what it has; None where that cannot be told."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    limits = [each for each in (_system_free(), _container_free(), _process_free()) if each is not None]
    return min(limits, default=None)


def taken_bytes(device: torch.device) -> int | None:
    """What this process has of the device's memory now; None where that cannot be told."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device)
    if device.type == "mps":
        return torch.mps.driver_allocated_memory()
    return _of_process("VmRSS")


def keep_below(cap: int, device: torch.device) -> None:
    """Have torch refuse what would take this process beyond `cap`, until it is told another. On a CPU nothing can."""
    if device.type == "cuda":
        total = torch.cuda.get_device_properties(device).total_memory
        # Unlike its neighbours this takes no device without a number, which is what a job's `cuda` and `auto` mean.
        index = torch.cuda.current_device() if device.index is None else device.index
        torch.cuda.set_per_process_memory_fraction(min(1.0, cap / total), index)
    if device.type == "mps":
        share = cap / torch.mps.recommended_max_memory()
        torch.mps.set_per_process_memory_fraction(min(USUAL_MPS_SHARE, share))


class Peak:
    """The most that this process has had of the device's memory since it was made.

    Where the kernel cannot forget an earlier high-water mark, an earlier job's counts, too.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        if device.type == "cuda":
            empty_cache()  # or blocks that torch holds in reserve since an earlier job would count
            torch.cuda.reset_peak_memory_stats(device)
        elif sys.platform == "linux":
            try:
                Path("/proc/self/clear_refs").write_text("5")  # proc(5): resets the peak resident set size
            except OSError:  # not every container allows it; the mark is then that of the whole process
                return

    def bytes(self) -> int | None:
        """None where that cannot be told."""
        if self.device.type == "cuda":
            return torch.cuda.max_memory_reserved(self.device)
        if self.device.type == "mps":
            return torch.mps.driver_allocated_memory()
        return _of_process("VmHWM")


def _of_process(what: str) -> int | None:
    """A line of Linux' own account of this process."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    found = [line.split() for line in lines if line.startswith(f"{what}:")]
    return int(found[0][1]) * 1024 if found else None


def _system_free() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return _pages("SC_AVPHYS_PAGES")
    found = [line.split() for line in lines if line.startswith("MemAvailable:")]
    return int(found[0][1]) * 1024 if found else None


def _pages(name: str) -> int | None:
    if not hasattr(os, "sysconf") or name not in os.sysconf_names:
        return None
    return os.sysconf(name) * os.sysconf("SC_PAGE_SIZE")


def _container_free() -> int | None:
    for limit, usage in _CGROUPS:
        try:
            taken = int(Path(usage).read_text()) - _file_cache(Path(usage).with_name("memory.stat"))
            return int(Path(limit).read_text()) - taken
        except (OSError, ValueError):  # not there, or "max"
            continue
    return None


def _file_cache(stat: Path) -> int:
    """Bytes of a container's that hold copies of files, which the kernel gives up before anyone is refused."""
    words = [line.split() for line in stat.read_text().splitlines()]
    found = {name: int(number) for name, number in words}
    whole = "total_" if "total_inactive_file" in found else ""  # cgroups 1: with those of the groups within
    return found.get(f"{whole}inactive_file", 0) + found.get(f"{whole}active_file", 0)  # not every kernel says


def _process_free() -> int | None:
    """What `ulimit -v` leaves."""
    if sys.platform == "win32":
        return None
    import resource  # which Windows does not have

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    size = _of_process("VmSize")
    return None if limit == resource.RLIM_INFINITY or size is None else limit - size
