# _ticks.pxd: calls' errors and progress, for whoever runs loops.
from pyudf._abi cimport Tick, pyudf_error, pyudf_status


cdef class Ticker:
    """What happens between blocks: Ctrl-C is noticed, progress is shown."""
    cdef object show
    cdef object error
    cdef Tick tick(self)


cdef object raise_status(pyudf_status status, const pyudf_error* error, Ticker ticker)
