"""Choosing the build of torch that fits the machine, and where to get it: the plain one drags in gigabytes of CUDA."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

TORCH: Final = "2.13.0"
"""The version pinned in backend/requirements.txt (a test compares them)."""

_INDEX: Final = "https://download.pytorch.org/whl"
_CUDA_13_DRIVER: Final = 580  # the first NVIDIA driver series that runs CUDA 13


@dataclass(frozen=True)
class TorchBuild:
    """One way to get torch: what to tell the user, pip's arguments, and what it costs."""

    label: str
    arguments: tuple[str, ...]
    download_mb: int
    disk_mb: int


_CONFIGURED_CPU: Final = TorchBuild(
    "CPU build from pip's configured sources", ("--no-deps", f"torch=={TORCH}+cpu"), 190, 700
)
_INDEX_CPU: Final = TorchBuild(
    f"CPU build from {_INDEX}/cpu", ("--no-deps", "--index-url", f"{_INDEX}/cpu", f"torch=={TORCH}+cpu"), 190, 700
)
_REGISTRY_CPU: Final = TorchBuild("CPU build from the registry", (f"torch=={TORCH}",), 125, 500)
_REGISTRY_MAC: Final = TorchBuild("build for Macs (MPS and CPU) from the registry", (f"torch=={TORCH}",), 115, 500)
_REGISTRY_CUDA: Final = TorchBuild("CUDA 13 build from the registry", (f"torch=={TORCH}",), 2700, 6500)


def _from_index(tag: str, label: str) -> TorchBuild:
    # Its dependencies that are not in requirements.txt (NVIDIA's libraries on Linux) are on the same index.
    return TorchBuild(
        f"{label} build from {_INDEX}/{tag}", ("--index-url", f"{_INDEX}/{tag}", f"torch=={TORCH}"), 2700, 6500
    )


def builds_for(device: str, driver: int | None, platform: str = sys.platform) -> tuple[TorchBuild, ...]:
    """Builds to try, best first. Every step down the list is told to the user; none is taken silently.

    device: as in the job spec.  driver: the NVIDIA driver's major version, None without such a GPU.
    """
    if platform == "darwin":
        return (_REGISTRY_MAC,)
    if platform == "win32":
        cpu: tuple[TorchBuild, ...] = (_REGISTRY_CPU,)
    else:
        # The registry's Linux wheel is the CUDA one. It runs on CPUs too, so it is the last resort, not the first.
        cpu = (_CONFIGURED_CPU, _INDEX_CPU, _REGISTRY_CUDA)
    if driver is None or device in ("cpu", "mps"):
        return cpu
    if driver < _CUDA_13_DRIVER:
        return (_from_index("cu126", "CUDA 12.6"), *cpu)
    return (_from_index("cu130", "CUDA 13"), *cpu) if platform == "win32" else (_REGISTRY_CUDA,)


def nvidia_driver() -> int | None:
    """The major version of the NVIDIA driver, None where there is no working one."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    command = [tool, "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
        return int(done.stdout.split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return None  # a driver that does not answer runs no torch either
