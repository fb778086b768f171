"""The run store: what was read, and what people said of it, in one SQLite file."""
