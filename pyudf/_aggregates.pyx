# cython: language_level=3, boundscheck=False, wraparound=False
# _aggregates.pyx: aggregates of a table: columns folded into one value, or one for each group.
"""Functions that fold columns."""
from libc.stdint cimport int64_t

cimport numpy as cnp

from pyudf import grouping, signatures
from pyudf._abi cimport (
    PYUDF_OK, Aggregation, Spread, aggregate, pyudf_aggregate, pyudf_error, pyudf_parameter, pyudf_status,
)
from pyudf._arguments cimport Argument
from pyudf._entries cimport default_of
from pyudf._results cimport SlotResult, new_result
from pyudf._ticks cimport Ticker, raise_status
from pyudf._types cimport Space, Type, type_of

cnp.import_array()


cdef class Aggregate:
    """An aggregate of a table: ``agg(column)`` gives a value, ``agg(column, by=keys)`` keys and their values."""
    cdef const pyudf_aggregate* f
    cdef readonly tuple types
    cdef readonly Type result
    cdef readonly tuple parameters
    cdef readonly tuple column_names
    cdef readonly str library
    cdef str module

    def __init__(self):
        raise TypeError("an Aggregate comes out of a table of functions: pyudf.load a library")

    def __call__(self, *args, by=None, workers=None, progress=False, **given):
        return grouping.call(self, args, given, by, workers, progress)

    def __reduce__(self):
        return signatures.reduced(self.module, self.__name__)

    def __repr__(self):
        return f"<pyudf aggregate {self.module}.{self.__name__}>"

    @property
    def __name__(self):
        return self.f.name.decode()

    @property
    def __qualname__(self):
        return self.__name__

    @property
    def __module__(self):
        return self.module

    @property
    def __doc__(self):
        example = None if self.f.example == NULL else self.f.example.decode()
        return signatures.document_aggregate(self, self.f.doc.decode(), example)

    @property
    def address(self):
        """Where the table has its entry, for engines that call it there."""
        return <size_t>self.f

    @property
    def __signature__(self):
        return signatures.aggregate_signature(self)

    @property
    def summary(self):
        """The first paragraph of the documentation, None where there is none."""
        return self.f.doc.decode().partition("\n\n")[0] or None

    @property
    def symbol(self):
        """What the names of its symbols in the library end in, by which engines find it; None where it has none."""
        return None if self.f.symbol == NULL else self.f.symbol.decode()

    @property
    def result_type(self):
        """Type of a result, as in ``"float64"``."""
        return self.result.plain_name()

    def fold(self, list columns, Py_ssize_t n, groups, Py_ssize_t n_groups, int workers, show):
        """Folds n rows; groups: which of n_groups each row belongs to (int64, -1: none), or None. A `SlotResult`."""
        cdef SlotResult result = new_result(self.result, (n_groups,))
        cdef Aggregation call
        cdef Spread spread
        cdef Ticker ticker = Ticker(show)
        cdef pyudf_error error
        cdef pyudf_status status
        call.function, call.n, call.n_groups, call.workers, call.tick = self.f, n, n_groups, workers, ticker.tick()
        call.groups = NULL
        if groups is not None:
            call.groups = <const int64_t*>cnp.PyArray_DATA(groups)
        for column in columns:
            spread.rows, spread.steps = (<Argument>column).rows, [0 if column.shape == () else 1]
            call.columns.push_back(spread)
        with nogil:
            status = aggregate(call, result.output, &error)
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        return result


cdef object adopt_aggregate(const pyudf_aggregate* f, str module, Space space):
    cdef Aggregate made = Aggregate.__new__(Aggregate)
    cdef int i
    made.f, made.module, made.library = f, module, space.library
    made.types = tuple([type_of(f.parameters[i].type, space) for i in range(f.n_parameters)])
    made.result = type_of(f.result, space)
    made.parameters = tuple([
        signatures.Parameter(f.parameters[i].name.decode(), f.parameters[i].doc.decode(), str(made.types[i]), False,
                             default_of(&f.parameters[i], made.types[i]))
        for i in range(f.n_parameters)])
    made.column_names = tuple([parameter.name for parameter in made.parameters])
    return made
