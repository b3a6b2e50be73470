"""Plots of the measured figures."""
