"""Measuring the model against annotated articles: units, stance, balance and calibration, with honest intervals."""
