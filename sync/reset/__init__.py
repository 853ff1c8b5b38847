"""The destructive tools: a reset in its eight combinations, and the undoing of what was removed."""

from sync.reset.choice import Choice, Existing, Next
from sync.reset.report import Failure, Job, Progress, Result, Undoable, UndoPreview
from sync.reset.resets import Resets
from sync.reset.scope import Named, Preview
from sync.reset.work import Stopped

__all__ = [
    "Choice",
    "Existing",
    "Failure",
    "Job",
    "Named",
    "Next",
    "Preview",
    "Progress",
    "Resets",
    "Result",
    "Stopped",
    "UndoPreview",
    "Undoable",
]
