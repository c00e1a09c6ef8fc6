"""Builds libraries of functions: the compiler, a project's build backend, and what both need installed."""

from __future__ import annotations


class BuildError(RuntimeError):
    """A build that cannot begin or did not work; the message says what to do."""
