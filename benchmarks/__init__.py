"""Accuracy and speed, measured by anyone: see README.md."""
