"""Imports optional libraries when they are used, and says how to install a missing one."""

from __future__ import annotations

import importlib
from types import ModuleType


def require(module: str, extra: str) -> ModuleType:
    """Import an optional library, or say which extra of pyudf installs it.

    Parameters
    ----------
    module : str
        Name to import; dots are allowed (``"pyarrow.csv"``).
    extra : str
        The extra of pyudf that brings it.

    Returns
    -------
    module

    Raises
    ------
    ImportError
        When the library is not installed. One that is installed but broken keeps its own error.

    Examples
    --------
    >>> require("json", "cli").loads("[1]")
    [1]
    """
    library = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != library:
            raise
        message = f'this needs {library}: pip install "pyudf[{extra}]"'
        raise ImportError(message, name=library) from error
