"""Tables of prompts and settings, as spreadsheets and programs write them, read into rows."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from .errors import BadSpec, DreamFusionError
from .job import JobSpec

Row = str | Mapping[str, Any] | JobSpec | DreamFusionError
"""A prompt, a prompt with settings, a spec, or the reason why a line of a table could not be read."""

MESHES: Final = {"mesh": "start", "may": "may", "must": "must"}
"""A row's mesh files, which are no settings of a spec: what each is for. See inputs."""

_DECIMAL_COMMA: Final = re.compile(r"^(-?\d+),(\d+)$")
_SPEC_FIELDS: Final = {each.name: each.type for each in fields(JobSpec)}


def read_table(path: str | Path) -> list[Row]:
    """The rows of a .csv file with a header, or of a .jsonl file with one JSON object a line.

    Columns are the job spec's settings, `prompt` among them, dotted names such as sds.guidance_weight, and `mesh`,
    `may` and `must`, which name files from the table's own folder on; an empty cell means the default. Raises BadSpec
    for a table that cannot be used at all; a bad line becomes a failed row.
    """
    if not str(path).strip():  # which a Path would take for the present folder
        raise BadSpec("No table is named: give the path of a .csv or a .jsonl file")
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")  # spreadsheets put a byte order mark in front
    except (OSError, UnicodeDecodeError) as error:
        raise BadSpec(f"Cannot read the table {path}: {error}") from error
    if path.suffix.lower() == ".csv":
        rows = _csv_rows(text, path)
    elif path.suffix.lower() in (".jsonl", ".ndjson"):
        rows = [_json_row(line) for line in text.split("\n") if line.strip()]
    else:
        raise BadSpec(f"The table {path} must end in .csv or .jsonl")
    if not rows:
        raise BadSpec(f"The table {path} has no rows")
    return [_beside(row, path.parent) for row in rows]


def _beside(row: Row, folder: Path) -> Row:
    """The row with its mesh files' paths from the table's folder on."""
    if not isinstance(row, Mapping):
        return row
    files = {name: row[name] for name in MESHES if isinstance(row.get(name), str) and row[name]}
    return {**row, **{name: folder / os.path.expanduser(file) for name, file in files.items()}}


def _csv_rows(text: str, path: Path) -> list[Row]:
    header = text.split("\n", 1)[0]
    # Spreadsheets of many countries write semicolons.
    delimiter = ";" if ";" in header and "," not in header else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[Row] = []
    begins = 1
    try:
        _read_header(reader, path, header)
        begins = reader.line_num + 1
        for row in reader:
            if any(row.values()):  # spreadsheets write commas alone for an empty row
                rows.append(_csv_row(row, delimiter))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadSpec(
            f"Cannot read the table {path}, in the row that begins at line {begins}: {error}; is a quote left open?"
        ) from error
    return rows


def _read_header(reader: csv.DictReader[str], path: Path, header: str) -> None:
    columns = [column.strip() for column in reader.fieldnames or ()]
    if "prompt" not in columns:
        raise BadSpec(f"The table {path} has no column 'prompt' (its first line is {header[:80]!r})")
    reader.fieldnames = columns


def _csv_row(row: dict[str | Any, str | Any], delimiter: str) -> Row:
    if None in row:  # where the reader puts what is left over
        return BadSpec(f"The line has more cells than the header: {row[None]!r}")
    try:
        texts = {name: _one_line(text) for name, text in row.items() if text and text.strip()}
        if delimiter == ";":  # where decimals have a comma
            texts = {name: _DECIMAL_COMMA.sub(r"\1.\2", text) for name, text in texts.items()}
        return {name: _cell(name, text) for name, text in texts.items()}
    except BadSpec as error:
        return error


def _one_line(text: str) -> str:
    """A cell's text, where line breaks only fold it to the column's width."""
    return " ".join(line.strip() for line in text.strip().splitlines())


def _cell(name: str, text: str) -> Any:
    kind = str(_SPEC_FIELDS.get(name, ""))
    try:
        if kind.startswith("int"):
            return _whole_number(text)
        if kind == "float":
            return float(text)
        if "." in name and text.lower() in ("true", "false"):  # spreadsheets write them in capitals
            return text.lower() == "true"
        if "." in name or name == "overrides":
            return json.loads(text)
    except ValueError as error:
        if "." in name:
            return text  # a setting that is a word
        if name == "overrides":
            raise BadSpec(
                f'overrides is {text!r}; permitted: a table in JSON such as {{"sds.guidance_weight": 12}}'
            ) from error
        what = "no whole number" if kind.startswith("int") else "not a number"
        raise BadSpec(f"{name} is {text!r}, which is {what}") from error
    return text


def _whole_number(text: str) -> int:
    """Also of 3.0, as programs write whole numbers in a column with empty cells. Raises ValueError."""
    try:
        return int(text)
    except ValueError:
        if not float(text).is_integer():
            raise
        return int(float(text))


def _json_row(line: str) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        return BadSpec(f"The line is not JSON: {error}")
    if isinstance(row, dict):
        return {name: value for name, value in row.items() if value is not None}  # an empty cell, as programs write it
    return row if isinstance(row, str) else BadSpec(f"The line is neither an object nor text: {line[:60]!r}")
