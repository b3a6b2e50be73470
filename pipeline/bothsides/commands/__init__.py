"""The commands of `bothsides`, one module each: `add` declares its arguments, `run` carries it out."""
