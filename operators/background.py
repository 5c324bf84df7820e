"""Work that may take longer than the interface may wait, done in a thread that never touches bpy."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable
from typing import Generic, TypeVar

from ..dreamfusion_blender.errors import DreamFusionError

Result = TypeVar("Result")


class Background(Generic[Result]):
    """A function at work in a daemon thread. Ask `has_ended` now and then."""

    def __init__(self, function: Callable[[], Result]) -> None:
        self._ended: queue.Queue[tuple[Result | None, BaseException | None]] = queue.Queue()
        threading.Thread(target=self._run, args=(function,), daemon=True).start()

    def _run(self, function: Callable[[], Result]) -> None:
        try:
            self._ended.put((function(), None))
        except BaseException as error:  # noqa: BLE001  # carried over to `result`, where somebody can see it
            self._ended.put((None, error))

    @property
    def has_ended(self) -> bool:
        """Whether `result` answers at once."""
        return not self._ended.empty()

    def result(self) -> Result:
        """What the function returned, once. Waits for its end.

        Raises DreamFusionError: what the function raised, or words for it where that was not raised on purpose, so that
        whoever waits for it comes to an end also then.
        """
        result, error = self._ended.get()
        if isinstance(error, DreamFusionError):
            raise error
        if error is not None:
            raise unforeseen(error) from error
        return result  # type: ignore[return-value]  # None only when the function returns it


def unforeseen(error: BaseException) -> DreamFusionError:
    """Words for what was not raised on purpose. Blender's console has the details of such a defect."""
    traceback.print_exception(error)
    return DreamFusionError(f"Something unforeseen happened: {type(error).__name__}: {error}")
