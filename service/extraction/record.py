"""`record`: the values that the core passes on, as frozen slotted dataclasses.

A dataclass that Python itself freezes sets each field through `object.__setattr__` and takes five times as long to
make; one report makes a thousand of them. Here mypy does the freezing: to assign to a field of a record is an error of
`mypy --strict`, which every change must pass, and costs nothing when a report is read.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """Make a class a dataclass with slots, compared and hashed by its fields."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
