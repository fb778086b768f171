"""The same reading on a Ray cluster."""

from digitocr.cluster.ray import read_dataset

__all__ = ["read_dataset"]
