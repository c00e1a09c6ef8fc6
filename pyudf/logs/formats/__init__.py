"""Formats of lines, each read into a layout."""
