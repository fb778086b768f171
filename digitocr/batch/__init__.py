"""Many inputs: cut into tasks, spread over processes, put together again in order."""
