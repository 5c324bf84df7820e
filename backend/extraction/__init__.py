"""Field to asset: mesh, UVs, texture, GLB and turntable, without torch."""

from __future__ import annotations

from backend.extraction.asset import Extraction, ExtractSettings, extract
from backend.extraction.files import extract_job
from backend.extraction.placing import placed

__all__ = ["ExtractSettings", "Extraction", "extract", "extract_job", "placed"]
