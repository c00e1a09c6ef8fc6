"""Logs: unstructured text to typed columns."""
