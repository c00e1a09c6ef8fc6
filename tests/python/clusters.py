"""How tests of Spark, Dask and Ray are marked."""

import pytest

# One process runs them all, so what one engine leaves open may be told during a test of another.
MARKS = [
    pytest.mark.engines,
    pytest.mark.xdist_group("engines"),
    # What Spark says of libraries that are newer than it, Ray of its own options, and both of open sockets.
    pytest.mark.filterwarnings("ignore:PySpark does not yet:FutureWarning", r"ignore::DeprecationWarning:ray\..*"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
