"""`python -m backend.download OWNER/NAME`: fetch a model from the Hugging Face hub into the models folder.

Started by the core, after the user allowed it (dreamfusion_blender/models/downloading.py); never imports torch.
One JSON object a line on standard output: {"type": "progress", "message", "fraction"}, and at the end "finished" or
"error".
"""

from __future__ import annotations

import sys

import httpx
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled, RepositoryNotFoundError

from backend import small_process
from backend.events import Emit
from backend.failures import as_error
from backend.fetching import fetch
from dreamfusion_blender.errors import DownloadFailed, DreamFusionError, ModelGated, NetworkNotAllowed, Remedy
from dreamfusion_blender.models.catalogue import hub_page
from dreamfusion_blender.models.downloading import again
from dreamfusion_blender.models.reference import read_download
from dreamfusion_blender.protocol import Message

__all__ = ["explained", "main"]


def explained(error: Exception, repository: str) -> DreamFusionError:
    """Whatever went wrong, in words: what happened and what to do."""
    reference = read_download(repository)
    if isinstance(error, GatedRepoError):
        return _gated(repository, error)
    if isinstance(error, RepositoryNotFoundError):
        return DownloadFailed(f"The hub has no repository {repository}, or a private one: see {hub_page(repository)}")
    if isinstance(error, OfflineModeIsEnabled):
        return NetworkNotAllowed(
            f"{repository} cannot be downloaded: the variable HF_HUB_OFFLINE forbids it",
            Remedy("Unset HF_HUB_OFFLINE and try again"),
        )
    if isinstance(error, HfHubHTTPError) and error.response.status_code == 401:
        return DownloadFailed(
            f"The hub does not accept the token in HF_TOKEN, or that of `hf auth login`: {_first(error)}"
        )
    if isinstance(error, (HfHubHTTPError, httpx.HTTPError)) or (isinstance(error, OSError) and error.errno is None):
        return DownloadFailed(f"The hub did not give {repository}: {_first(error)}", again(reference))
    return as_error(error)


def _first(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _gated(repository: str, error: GatedRepoError) -> ModelGated:
    known = error.response.status_code != 401
    why = "your account has not been given access yet" if known else "it is given to known accounts only"
    steps = (
        f"accept the licence on {hub_page(repository)} with your account, make a token for reading on "
        "https://huggingface.co/settings/tokens, and give it in the variable HF_TOKEN (or run `hf auth login`); "
        "it is never stored here"
    )
    return ModelGated(f"{repository} is gated, and {why}: {steps}", Remedy(f"Open {hub_page(repository)}"))


def main(arguments: list[str]) -> int:
    """Fetch the repository that is named; the exit code is the error's."""
    (repository,) = arguments

    def download(emit: Emit) -> Message:
        fetch(
            repository, lambda message, fraction: emit({"type": "progress", "message": message, "fraction": fraction})
        )
        return {}

    return small_process.run(download, explained=lambda error: explained(error, repository))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
