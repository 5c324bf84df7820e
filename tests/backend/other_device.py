"""Another device than the CPU, where there is none: what would fail on a GPU fails on it, too.

Its tensors say that they are on `meta`, which autograd knows everywhere, and hold their values on the CPU. As on any
GPU, an operation refuses tensors of two devices, a generator of another device, and NumPy. As on Apple's, it refuses
float64, and there is no operation for which torch's own table names no kernel.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest import mock

import torch
import torchgen
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_flatten, tree_map
from torchgen.gen import parse_native_yaml
from torchgen.model import DispatchKey

__all__ = ["OTHER", "Elsewhere", "other_device"]

OTHER: Final = torch.device("meta")
CPU: Final = torch.device("cpu")
aten: Any = torch.ops.aten
# Values may cross from one device to the other in these; indices may be the CPU's.
CROSSING: Final = (
    aten._to_copy.default,
    aten.copy_.default,
    aten.index.Tensor,
    aten.index_put_.default,
    aten.set_.source_Tensor,
)


class Elsewhere(Tensor):
    """A tensor on the other device."""

    held: Tensor

    @staticmethod
    def __new__(cls, held: Tensor) -> Elsewhere:
        made = Tensor._make_wrapper_subclass(
            cls,
            held.size(),
            strides=held.stride(),
            storage_offset=held.storage_offset(),
            dtype=held.dtype,
            device=OTHER,
        )
        made.held = held
        return made

    def __repr__(self, **_: object) -> str:
        return f"Elsewhere({self.held!r})"

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return dispatched(func, args, kwargs or {})


def dispatched(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """The operation on the held values; what it gives is on the device of what it was given, or the one asked for."""
    tensors = [each for each in tree_flatten((args, kwargs))[0] if isinstance(each, Tensor)]
    elsewhere = any(isinstance(each, Elsewhere) for each in tensors)
    here = [each for each in tensors if not isinstance(each, Elsewhere) and each.dim() > 0]
    assert all(each.device == CPU for each in here), f"{func}: torch has made a tensor of `meta` by itself"
    if elsewhere and here and func not in CROSSING:
        raise RuntimeError(f"{func} meets tensors of two devices: {[tuple(each.shape) for each in here]} is the CPU's")
    asked = kwargs.get("device")
    if asked is not None:
        elsewhere = torch.device(asked) == OTHER
        kwargs = {**kwargs, "device": CPU}
    if elsewhere and kwargs.get("generator") is not None:
        raise RuntimeError(f"{func} draws on one device with a generator of another")
    held_args, held_kwargs = tree_map(_held, (args, kwargs))
    if func is aten._fused_sdp_choice.default:
        return 0  # attention written out, as nobody has another kernel for `meta`
    found = func(*held_args, **held_kwargs)
    if not elsewhere:
        return found
    _check_apples(func, found)
    wrapped = tree_map(lambda each: Elsewhere(each) if isinstance(each, Tensor) else each, found)
    return return_and_correct_aliasing(func, args, kwargs, wrapped)


def _check_apples(func: Any, found: Any) -> None:
    name = func._schema.name.removeprefix("aten::")
    overload = func._schema.overload_name
    if func.namespace == "aten" and (f"{name}.{overload}" if overload else name) not in apples_kernels():
        # As torch itself says it there; nothing of ours is left undone.
        raise NotImplementedError(f"There is no kernel of {func} for Apple's GPUs")
    if any(isinstance(each, Tensor) and each.dtype is torch.float64 for each in tree_flatten(found)[0]):
        raise TypeError(f"{func} gives float64, which Apple's GPUs do not know")


@cache
def apples_kernels() -> frozenset[str]:
    """The operations that can run on Apple's GPUs, as torch's table has them."""
    folder = Path(torchgen.__file__).parent / "packaged/ATen/native"
    table = parse_native_yaml(str(folder / "native_functions.yaml"), str(folder / "tags.yaml"))
    functions = {str(each.func.name): each for each in table.native_functions}
    kernels = table.backend_indices[DispatchKey.MPS]
    return frozenset(
        name
        for name, each in functions.items()
        if each.has_composite_kernel or kernels.has_kernel(functions[str(each.structured_delegate or name)])
    )


def _held(each: Any) -> Any:
    return each.held if isinstance(each, Elsewhere) else each


def _tensor(index: Any) -> Any:
    return torch.tensor(index) if isinstance(index, (list, tuple)) else index


class _Factories(TorchDispatchMode):
    """Operations that get no tensor at all, but a device."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return dispatched(func, args, kwargs or {})


class _Values(TorchFunctionMode):
    """Python's numbers to tensors, which torch would put on the real `meta`, where they would be lost, and back."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func in (torch.tensor, torch.as_tensor) and kwargs.get("device") is not None:
            device = kwargs.pop("device")
            return func(*args, **kwargs).to(device)
        if func is Tensor.new_tensor:
            device = kwargs.pop("device", args[0].device)
            return torch.tensor(*args[1:], **{"dtype": args[0].dtype, **kwargs}).to(device)
        if func in (Tensor.__getitem__, Tensor.__setitem__):
            index = tuple(map(_tensor, args[1])) if isinstance(args[1], tuple) else _tensor(args[1])
            args = (args[0], index, *args[2:])
        if func is Tensor.tolist:
            return func(args[0].cpu())
        return func(*args, **kwargs)


_torch_autocast = torch.autocast


def _autocast(device_type: str, *args: Any, **kwargs: Any) -> contextlib.AbstractContextManager[object]:
    """torch's own refuses `meta`."""
    return contextlib.nullcontext() if device_type == OTHER.type else _torch_autocast(device_type, *args, **kwargs)


@contextlib.contextmanager
def other_device() -> Iterator[torch.device]:
    """While it lasts, tensors can be made on and moved to the device that is given."""
    with _Factories(), _Values(), mock.patch("torch.autocast", _autocast):
        yield OTHER
