"""Choosing the build of torch that fits the machine, and where to get it: the plain one drags in gigabytes of CUDA."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

TORCH: Final = "2.13.0"
"""The version pinned in backend/requirements.txt (a test compares them)."""

_INDEX: Final = "https://download.pytorch.org/whl"
# The first NVIDIA driver series that runs each CUDA, and the GPUs that torch's builds have kernels for, by compute
# capability (PyTorch's RELEASE.md, support matrix; NVIDIA's table of minor version compatibility).
_CUDA_13_DRIVER: Final = 580
_CUDA_13_OLDEST: Final = (7, 5)  # Turing
_CUDA_12_DRIVER: Final = 525
_CUDA_12_OLDEST, _CUDA_12_NEWEST = (5, 0), (9, 0)  # Maxwell, Hopper


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


class NvidiaGpu(NamedTuple):
    """The newest NVIDIA GPU of a machine.  driver: its major version.  capability: to compute, such as (8, 9)."""

    driver: int
    capability: tuple[int, int]


def builds_for(device: str, gpu: NvidiaGpu | None, platform: str = sys.platform) -> tuple[TorchBuild, ...]:
    """Builds to try, best first. Every step down the list is told to the user; none is taken silently.

    device: as in the job spec.  gpu: None without one of NVIDIA's.
    """
    if platform == "darwin":
        return (_REGISTRY_MAC,)
    if platform == "win32":
        cpu: tuple[TorchBuild, ...] = (_REGISTRY_CPU,)
    else:
        # The registry's Linux wheel is the CUDA one. It runs on CPUs too, so it is the last resort, not the first.
        cpu = (_CONFIGURED_CPU, _INDEX_CPU, _REGISTRY_CUDA)
    if gpu is None or device in ("cpu", "mps"):
        return cpu
    if gpu.driver >= _CUDA_13_DRIVER and gpu.capability >= _CUDA_13_OLDEST:
        return (_from_index("cu130", "CUDA 13"), *cpu) if platform == "win32" else (_REGISTRY_CUDA,)
    if gpu.driver >= _CUDA_12_DRIVER and _CUDA_12_OLDEST <= gpu.capability <= _CUDA_12_NEWEST:
        return (_from_index("cu126", "CUDA 12.6"), *cpu)
    major, minor = gpu.capability
    why = f"torch {TORCH} has none for a GPU of compute capability {major}.{minor} with driver {gpu.driver}"
    return (replace(cpu[0], label=f"{cpu[0].label}, since {why}: a newer driver may help"), *cpu[1:])


def nvidia_gpu() -> NvidiaGpu | None:
    """What NVIDIA's driver says of the machine's newest GPU; None where there is no working driver."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    command = [tool, "--query-gpu=driver_version,compute_cap", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
        return max((_read(line) for line in done.stdout.splitlines() if line.strip()), key=lambda gpu: gpu.capability)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None  # a driver that does not answer, or is too old for the question, runs no torch either


def _read(line: str) -> NvidiaGpu:
    """Of a line such as "580.65.06, 8.9"."""
    driver, capability = line.split(",")
    major, minor = capability.strip().split(".")
    return NvidiaGpu(int(driver.split(".")[0]), (int(major), int(minor)))
