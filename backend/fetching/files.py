"""One file of a repository at a time: from the cache or the hub, checked, into its place."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import BinaryIO, cast

from huggingface_hub import hf_hub_url, try_to_load_from_cache
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import build_hf_headers

from backend.fetching.appending import Appending, digest_of, size_of
from backend.fetching.tally import Tally
from dreamfusion_blender.errors import DownloadFailed
from dreamfusion_blender.files import explaining
from dreamfusion_blender.models.library import PARTIAL, ModelFolder
from dreamfusion_blender.models.selection import RemoteFile


class FileFetcher:
    """Fetches files of one commit of a repository into its model's folder."""

    def __init__(self, folder: ModelFolder, revision: str, tally: Tally) -> None:
        self.folder, self.revision, self.tally = folder, revision, tally

    def fetch(self, remote: RemoteFile) -> None:
        """See that the file is in its place. Raises DownloadFailed when what came is not the hub's."""
        if self.is_there(remote):
            return
        partial = self.partial(remote)
        if not self._take_from_cache(remote, partial):
            self._get(remote, partial)
        self.tally.say_now(f"Checking {remote.name}")
        if digest_of(partial, remote) != remote.digest:
            partial.unlink()
            raise DownloadFailed(
                f"{remote.name} arrived damaged (its hash is not the hub's) and was deleted: try again"
            )
        target = self.folder.path / remote.name
        with explaining(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(partial, target)

    def is_there(self, remote: RemoteFile) -> bool:
        """Whether an earlier try put the very file in its place."""
        target = self.folder.path / remote.name
        return size_of(target) == remote.size and digest_of(target, remote) == remote.digest

    def partial(self, remote: RemoteFile) -> Path:
        """Where it is while it is not yet whole."""
        return self.folder.path / PARTIAL / hashlib.sha256(remote.digest.encode()).hexdigest()[:32]

    def _get(self, remote: RemoteFile, partial: Path) -> None:
        url = hf_hub_url(self.folder.repository, remote.name, revision=self.revision)
        headers = {**build_hf_headers(), "Accept-Encoding": "identity"}  # or a broken file could not be gone on with
        if size_of(partial) > remote.size:
            partial.unlink()
        with Appending(partial, lambda count: self.tally.count(count, remote.name)) as file:
            here = file.tell()
            self.tally.done += here
            http_get(url, cast(BinaryIO, file), resume_size=here, headers=headers, expected_size=remote.size)

    def _take_from_cache(self, remote: RemoteFile, partial: Path) -> bool:
        """Whether Hugging Face's own cache had the file, which then takes no second place where links can be made."""
        cached = try_to_load_from_cache(self.folder.repository, remote.name, revision=self.revision)
        if not isinstance(cached, str) or size_of(Path(cached)) != remote.size:
            return False
        with explaining(partial):
            partial.unlink(missing_ok=True)
            try:
                os.link(os.path.realpath(cached), partial)
            except OSError:  # another disk, or one without links
                shutil.copyfile(cached, partial)
        self.tally.count(remote.size, remote.name)
        return True
