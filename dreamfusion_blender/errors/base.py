"""What an error consists of, and how it crosses from one process to another."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final

OWN_COMMAND: Final = "python3 -m dreamfusion_blender"


def own_command(*words: str) -> str:
    """A command of this product, for a terminal in its folder."""
    return " ".join((OWN_COMMAND, *words))


@dataclass(frozen=True)
class Remedy:
    """What helps: a label for a button or a sentence, and the operator or the command that does it."""

    label: str
    operator: str | None = None
    command: str | None = None
    model: str | None = None  # the one that the operator is to work on

    @property
    def is_own_command(self) -> bool:
        """Whether its command is this product's, which is for a terminal in its folder: not for Blender's users."""
        return (self.command or "").startswith(OWN_COMMAND)


class DreamFusionError(Exception):
    """Base of all errors raised on purpose. `code` is stable; `exit_code` is what the command line ends with."""

    code: ClassVar[str] = "unexpected"
    exit_code: ClassVar[int] = 1
    usual_remedy: ClassVar[Remedy | None] = None

    def __init__(self, message: str, remedy: Remedy | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy if remedy is not None else self.usual_remedy

    def to_event(self) -> dict[str, Any]:
        """The error as a JSON-able dict {"code", "message", "remedy"}."""
        remedy = None if self.remedy is None else asdict(self.remedy)
        return {"code": self.code, "message": self.message, "remedy": remedy}


def _descendants(cls: type[DreamFusionError]) -> list[type[DreamFusionError]]:
    return [cls, *(each for child in cls.__subclasses__() for each in _descendants(child))]


def error_classes() -> dict[str, type[DreamFusionError]]:
    """All error classes by their code."""
    return {cls.code: cls for cls in _descendants(DreamFusionError)}


def from_event(event: dict[str, Any]) -> DreamFusionError:
    """The error that `to_event` described; an unknown code (a newer backend's) becomes a plain DreamFusionError."""
    cls = error_classes().get(str(event.get("code")), DreamFusionError)
    remedy = event.get("remedy")
    return cls(str(event.get("message", "No message")), Remedy(**remedy) if isinstance(remedy, dict) else None)
