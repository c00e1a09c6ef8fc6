"""The Python side of cpp_utils: its functions are those of the compiled library."""

from importlib.resources import files

import pyudf

pyudf.load(str(files(__name__) / "libcpp_utils.so"), module=__name__)
