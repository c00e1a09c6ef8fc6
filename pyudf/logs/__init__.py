"""Logs: lines of text to typed columns, and the templates that they are made of."""

from .drain import MASKS, Drain

__all__ = ["MASKS", "Drain"]
