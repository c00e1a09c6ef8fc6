# cython: language_level=3, boundscheck=False, wraparound=False
# _ticks.pyx: what happens between the blocks of a call, and what a status means at its end.
"""Ctrl-C, progress and errors of calls."""
from cpython.exc cimport PyErr_CheckSignals

from pyudf._abi cimport PYUDF_CANCELLED, Tick, pyudf_error, pyudf_status

# pyudf_status -> exception
_ERRORS = (None, ValueError, TypeError, IndexError, OverflowError, MemoryError, RuntimeError)


cdef object raise_status(pyudf_status status, const pyudf_error* error, Ticker ticker):
    """Raises what a status other than PYUDF_OK says."""
    if status == PYUDF_CANCELLED:
        raise ticker.error
    message = error.message.decode(errors="replace")
    if error.row >= 0:
        column = f", column {error.column}" if error.column >= 0 else ""
        message = f"row {error.row}{column}: {message}"
    raise _ERRORS[status](message)


cdef int on_tick(void* context, double done) noexcept with gil:
    cdef Ticker ticker = <Ticker>context
    try:
        PyErr_CheckSignals()
        if ticker.show is not None:
            ticker.show(done)
    except BaseException as error:
        ticker.error = error
        return 1
    return 0


cdef class Ticker:
    def __init__(self, show=None):
        self.show = show

    cdef Tick tick(self):
        cdef Tick tick
        tick.call, tick.context = on_tick, <void*>self
        return tick
