"""The Python API: one asset from a prompt, or many from a table of rows. The same with and without Blender."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from . import jobs
from .batch import Failure, Row, run_rows, spec_of
from .jobs import OnEvent

if TYPE_CHECKING:
    from .asset import Asset

__all__ = ["Failure", "generate", "generate_batch"]


def generate(prompt: str, *, on_event: OnEvent | None = None, **settings: Any) -> Asset:
    """Make one asset from a prompt and wait for it.

    settings: the job spec's fields (seed, preset, steps, size in metres, triangles, texture_size, prior, device, …).
    on_event gets the backend's events as dicts, for a progress display. The prior stays loaded for the next call.
    Raises a DreamFusionError whose message says what is wrong and whose remedy says what helps.
    """
    from .asset import Asset  # brings numpy, which the command line does without

    spec = spec_of({"prompt": prompt, **settings})
    return Asset.load(jobs.run_to_end(spec, on_event or _ignore))


def generate_batch(
    rows: Iterable[str | Mapping[str, Any]], *, on_event: OnEvent | None = None
) -> list[Asset | Failure]:
    """Make an asset from each row: a prompt, or a mapping of `prompt` and settings as for `generate`.

    Returns assets and failures in the rows' order: a failed row does not stop the rest, and a row that was finished
    in an earlier run is not made again.
    """
    from .asset import Asset

    checked: list[Row] = list(rows)
    results = run_rows(checked, on_event or _ignore)
    return [result if isinstance(result, Failure) else Asset.load(result) for result in results]


def _ignore(event: dict[str, Any]) -> None:
    pass
