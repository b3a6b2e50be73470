"""Builds typed dataclasses from a raw mapping, as YAML gives it, and refuses what does not fit in one clear line."""

from __future__ import annotations

import dataclasses
import re
import typing
from typing import Any, Literal, TypeVar

from .errors import ParamsError

T = TypeVar("T")

_EXPONENT = re.compile(r"\d+(?:\.\d*)?[eE][-+]?\d+")  # `dvc exp run -S` writes 3e-05, which YAML 1.1 reads as text


def bounded(low: float, high: float) -> Any:
    """Declare a number field that must lie between two values, both included."""
    return dataclasses.field(metadata={"low": low, "high": high})


def built(kind: type[T], raw: object, where: str, prefix: str = "") -> T:
    """Build a dataclass whose fields are numbers, texts, literals, tuples of texts and dataclasses of that kind.

    Every field must be given and no other key. `where` names the file and `prefix` the place in it.
    Raises `ParamsError` naming file, key, value and what is allowed.
    """
    if not isinstance(raw, dict):
        raise ParamsError(f"{where}: {prefix.rstrip('.') or 'the file'} is {raw!r}; it must be a mapping")
    hints = typing.get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(typing.cast(Any, kind))}
    for key in raw:
        if key not in fields:
            raise ParamsError(f"{where}: unknown key {prefix}{key}; allowed are {', '.join(fields)}")
    for key in fields:
        if key not in raw:
            raise ParamsError(f"{where}: key {prefix}{key} is missing")
    return kind(**{k: _value(hints[k], fields[k], raw[k], where, prefix + k) for k in fields})


def _value(hint: Any, spec: dataclasses.Field[Any], raw: object, where: str, key: str) -> object:
    if dataclasses.is_dataclass(hint):
        return built(typing.cast(type, hint), raw, where, key + ".")
    if typing.get_origin(hint) is Literal:
        if raw not in typing.get_args(hint):
            choices = ", ".join(map(str, typing.get_args(hint)))
            raise ParamsError(f"{where}: {key} is {raw!r}; allowed are {choices}")
        return raw
    if hint == tuple[str, ...]:
        if not isinstance(raw, list) or not raw or not all(type(item) is str and item for item in raw):
            raise ParamsError(f"{where}: {key} is {raw!r}; it must be a list of texts, at least one")
        return tuple(raw)
    if hint is float and (type(raw) is int or (isinstance(raw, str) and _EXPONENT.fullmatch(raw))):
        raw = float(typing.cast(str, raw))
    if type(raw) is not hint:
        raise ParamsError(f"{where}: {key} is {raw!r}; it must be of type {hint.__name__}")
    low, high = spec.metadata.get("low"), spec.metadata.get("high")
    if low is not None and high is not None and not low <= typing.cast(float, raw) <= high:
        raise ParamsError(f"{where}: {key} is {raw!r}; it must lie between {low} and {high}")
    return raw
