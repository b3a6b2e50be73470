"""Unit to stance: inputs, network, calibration, the baseline and the labelling functions."""
