"""The columns of the registered model's answer, apart from all that needs MLflow: the model itself reads them."""

from __future__ import annotations

from collections.abc import Mapping

UNIT_COLUMNS: Mapping[str, str] = {
    "article_id": "string",
    "unit": "long",
    "spans": "string",
    "quote": "string",
    "type": "string",
    "cue": "string",
    "speaker": "string",
    "speaker_name": "string",
    "speaker_role": "string",
    "affiliation": "string",
    "stance": "string",
    "p_union": "double",
    "p_district": "double",
    "p_neutral": "double",
    "confidence": "double",
    "abstain": "string",
    "paragraph": "long",
    "position": "double",
    "words": "long",
}
"""The columns that the registered model answers with, and their MLflow types."""
