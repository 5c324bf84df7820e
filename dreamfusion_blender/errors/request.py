"""What was asked for cannot be done, was done in part, or is no longer wanted."""

from __future__ import annotations

from .base import DreamFusionError, Remedy, own_command


class BadSpec(DreamFusionError):
    """A setting of a job is out of its range, of a wrong type, or unknown."""

    code, exit_code = "bad_spec", 2


class UnknownPreset(BadSpec):
    """No preset has this name."""

    code = "unknown_preset"


class UnknownPrior(BadSpec):
    """No prior has this name."""

    code = "unknown_prior"


class NothingKnown(DreamFusionError):
    """The prior knows no word of the prompt that means a thing or a colour."""

    code, exit_code = "nothing_known", 3
    usual_remedy = Remedy("List the words it knows", "dreamfusion.known_words", own_command("priors", "--words"))


class RowsFailed(DreamFusionError):
    """Some rows of a batch failed; the others are done."""

    code, exit_code = "rows_failed", 60


class Cancelled(DreamFusionError):
    """The user stopped the job; what was reached is kept."""

    code, exit_code = "cancelled", 130
