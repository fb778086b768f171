"""The review of a run store in the browser."""
