"""A hub of one repository on this machine's loopback: what huggingface_hub asks for, and the ways it can go wrong."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REPOSITORY = "owner/name"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """files: by name.  lists: what the listing says of a file instead of the truth.  asked: every request's path,
    Range and Authorization.  gated: the status that files are refused with.  stall: after so many bytes of a large
    file nothing more comes.  drop: after so many bytes the connection breaks, once."""

    files: dict[str, bytes]
    lists: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    gated: int = 0
    stall: int = 0
    drop: int = 0
    server: ThreadingHTTPServer | None = None
    closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Hub:
        hub = self

        class Handler(_Handler):
            pass

        Handler.hub = hub
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.server is not None
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_port}"

    def fetched(self) -> list[str]:
        """The names of the files that were asked for."""
        return [path.split(f"/resolve/{COMMIT}/")[1] for path, _, _ in self.asked if "/resolve/" in path]

    def listing(self) -> dict[str, Any]:
        """As /api/models/owner/name answers: large files with their SHA-256, small ones with git's blob hash."""
        return {"id": REPOSITORY, "sha": COMMIT, "siblings": [self._sibling(name) for name in self.files]}

    def _sibling(self, name: str) -> dict[str, Any]:
        content = self.files[name]
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        entry: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": blob}
        if name.endswith(".safetensors"):
            digest = hashlib.sha256(content).hexdigest()
            entry["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 134}
        return {**entry, **self.lists.get(name, {})}


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        hub, path = self.hub, self.path.split("?")[0]
        hub.asked.append((path, self.headers["Range"], self.headers["Authorization"]))
        if path == f"/api/models/{REPOSITORY}":
            return self.answer(200, json.dumps(hub.listing()).encode())
        name = path.removeprefix(f"/{REPOSITORY}/resolve/{COMMIT}/")
        if name not in hub.files:
            return self.answer(404, b"", {"X-Error-Code": "RepoNotFound"})
        if hub.gated:
            return self.answer(hub.gated, b"", {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access is restricted"})
        return self.send_file(hub.files[name])

    def send_file(self, content: bytes) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        begin = int(wanted[1]) if wanted else 0
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        limit = self.hub.stall or self.hub.drop
        if not limit or len(content) <= limit or (begin and self.hub.drop):
            self.wfile.write(content[begin:])
            return
        self.wfile.write(content[begin:limit])
        self.wfile.flush()
        if self.hub.stall:
            self.hub.closing.wait(60)
        self.hub.drop = 0
        self.close_connection = True

    def answer(self, status: int, body: bytes, headers: Mapping[str, str] = {}) -> None:  # only read
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name for it
        pass
