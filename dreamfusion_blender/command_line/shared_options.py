"""Options that several commands have."""

from __future__ import annotations

import argparse


def add_network(parser: argparse.ArgumentParser) -> None:
    """Whether models may be fetched."""
    parser.add_argument("--allow-network", action="store_true", help="let models be downloaded from huggingface.co")


def add_output(parser: argparse.ArgumentParser) -> None:
    """Where the asset goes."""
    parser.add_argument("--out", metavar="FILE", help="FILE.glb or FILE.blend (default: PROMPT.glb here)")
