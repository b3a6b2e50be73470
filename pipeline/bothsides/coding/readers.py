"""Which reader takes which coded file, by its suffix."""

from __future__ import annotations

from .codes import Reader
from .doccano import read_doccano
from .label_studio import read_label_studio
from .table import read_table

READERS: dict[str, Reader] = {
    ".json": read_label_studio,
    ".jsonl": read_doccano,
    ".csv": read_table,
    ".tsv": read_table,
}
"""The reader of each suffix: Label Studio's export, doccano's, a table."""
