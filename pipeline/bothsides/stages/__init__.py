"""One module a DVC stage, and the few commands of the project that are none (ui, floors, wheel)."""
