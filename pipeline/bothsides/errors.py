"""The errors a user can cause, each one clear line: what is wrong, where, and what to do."""

from __future__ import annotations


class BothsidesError(Exception):
    """Base of every error that bothsides raises on purpose; its text is fit to print to a user as one line."""


class InputError(BothsidesError):
    """A file or an article that cannot be used."""


class UsageError(BothsidesError):
    """Arguments of a command or a stage that do not go together, or too few or too many of them."""


class ParamsError(BothsidesError):
    """A parameter that is unknown, of the wrong type or out of range."""


class ModelError(BothsidesError):
    """A model that is missing, altered or of another version."""


class LeakageError(BothsidesError):
    """The same or nearly the same text, or a run of its words, on both sides of a train/test border."""


class FloorError(BothsidesError):
    """A measured figure that lies below its pinned floor."""
