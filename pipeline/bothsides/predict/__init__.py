"""The batch engine: reading articles, splitting and classifying them, writing the results."""
