# __init__.py: the Python side of cpp_utils; what help() says is in the C++ too.

from importlib.resources import files

import pyudf

pyudf.load(str(files(__name__) / "libcpp_utils.so"), module=__name__)
