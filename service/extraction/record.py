"""`Record` and `Draft`: what the values that the core passes on have in common.

A record is made, compared, hashed and written as JSON in C, and nobody can change it. One report makes a thousand of
them; as dataclasses they took twice the time to make and fifty times the time to write. Records are made of what was
there before them, so that no cycle holds one and the garbage collector need not follow them. A draft is the same for
what is still being read: cells, rows and runs of a table, which no table refers back to.
"""

from typing import dataclass_transform

from msgspec import Struct, field


@dataclass_transform(frozen_default=True)
class Record(Struct, frozen=True, gc=False):
    """A frozen value with the fields that its class names, compared and hashed by them."""


@dataclass_transform(field_specifiers=(field,))
class Draft(Struct, eq=False, gc=False):
    """A value that is filled while a table is read; each is equal to itself alone."""
