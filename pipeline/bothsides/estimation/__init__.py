"""Shares of voice with intervals that hold although the model errs, from a random sample of human codes."""
