"""The examples in the docstrings of pyudf.logs are run."""

import doctest
import importlib
import pkgutil

import pytest

from pyudf import logs
from pyudf.logs import formats

MODULES = [
    f"{package.__name__}.{module.name}"
    for package in (logs, formats)
    for module in pkgutil.iter_modules(package.__path__)
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(name)
    ran = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert ran.failed == 0
