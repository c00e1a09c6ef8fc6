"""The examples in the docstrings of pyudf.logs are run."""

import doctest
import importlib
import pkgutil

import pytest

from pyudf import logs

MODULES = [module.name for module in pkgutil.iter_modules(logs.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"pyudf.logs.{name}")
    ran = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert ran.failed == 0
