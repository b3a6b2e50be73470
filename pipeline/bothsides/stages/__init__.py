"""One module a DVC stage, and the commands of the project that are none; each says so of itself."""
