# cython: language_level=3, boundscheck=False, wraparound=False
# _pairwise.pyx: runs a Udf over all pairs of two columns.
"""All pairs of two columns: whole, condensed, the best of each row, those within a cutoff."""
from libc.stdint cimport int64_t, uint8_t
from libcpp.vector cimport vector

cimport numpy as cnp
import numpy as np

from pyudf._abi cimport (
    PYUDF_MUTATES, PYUDF_OK, Dense, Hit, Pairwise, Selection, TextViews, condensed, dense, fill_slot, nearest, pyudf_column,
    pyudf_error, pyudf_status, pyudf_value, within,
)
from pyudf._arguments cimport Argument
from pyudf._columns cimport Column
from pyudf._core cimport Options, Udf, numeric_type
from pyudf._ticks cimport Ticker, raise_status
from pyudf._types cimport Type
from pyudf._values cimport Keep

cnp.import_array()


cdef class Pairs:
    """Two columns read whole, and a function with its options to run over their pairs."""
    cdef Udf udf
    cdef Options options
    cdef Column left, right
    cdef TextViews* left_views
    cdef TextViews* right_views
    cdef bint one_column
    cdef Keep keep
    cdef vector[pyudf_column] constants

    def __cinit__(self, Udf udf, Options options, Column left, Column right=None, constants=()):
        """constants: the arguments of the parameters after the two texts."""
        self.udf, self.options, self.left = udf, options, left
        self.keep = Keep()
        for i, argument in enumerate(constants):
            self.add_constant(argument, udf.types[2 + i])
        self.one_column = right is None
        self.right = left if right is None else right
        self.left_views = new TextViews(self.left.text)
        self.right_views = self.left_views if self.one_column else new TextViews(self.right.text)

    def __dealloc__(self):
        if self.right_views != self.left_views:
            del self.right_views
        del self.left_views

    @property
    def shape(self):
        return self.left_views.size(), self.right_views.size()

    @property
    def largest(self):
        """Units of the longest text on either side."""
        return self.left_views.largest(), self.right_views.largest()

    @property
    def first_missing(self):
        """(side, row) of the first missing text, or None."""
        if self.left_views.missing().size():
            return 0, self.left_views.missing()[0]
        if self.right_views.missing().size():
            return 1, self.right_views.missing()[0]
        return None

    cdef add_constant(self, Argument argument, Type t):
        cdef pyudf_column column
        cdef pyudf_value value
        cdef char* slot = <char*>self.keep.arena.allocate(t.c.slot + 1)
        cdef bint here = argument.first(t, &value)
        self.keep.objects.append(argument)
        if here:
            fill_slot(t.c[0], value, slot)
        elif not t.optional:
            raise TypeError(f"{self.udf.__name__}: the parameters after the two texts must not be missing")
        (<uint8_t*>slot)[t.c.slot] = here
        column.data, column.stride = slot, 0
        column.present = NULL
        if not here:
            column.present = <const uint8_t*>slot + t.c.slot
        self.constants.push_back(column)

    cdef Pairwise job(self, bint triangle, int workers, Ticker ticker):
        cdef Pairwise job
        cdef pyudf_column object_column
        if self.udf.n_self:
            object_column.data, object_column.stride = &self.udf.bound.pointer, 0
            object_column.present = NULL
            job.before.push_back(object_column)
        job.after = self.constants
        job.function, job.options = self.udf.f, self.options.values
        job.left, job.right, job.triangle = self.left_views, self.right_views, triangle
        job.workers, job.tick = 1 if self.udf.f.flags & PYUDF_MUTATES else workers, ticker.tick()
        return job

    def matrix(self, out, double missing, bint triangle, bint condense, int workers, show):
        """Fills `out`, of shape (rows, columns) with contiguous rows, or condensed."""
        cdef Ticker ticker = Ticker(show)
        cdef Pairwise job = self.job(triangle, workers, ticker)
        cdef Dense result
        cdef pyudf_error error
        cdef pyudf_status status
        result.out, result.type, result.missing = cnp.PyArray_DATA(out), numeric_type(out.dtype), missing
        result.row_bytes = out.strides[0]
        self.udf.take_hold()
        try:
            with nogil:
                status = condensed(job, result, &error) if condense else dense(job, result, &error)
        finally:
            self.udf.let_go()
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)

    cdef Selection selection(self, cutoff):
        cdef Selection selection
        selection.similarity = self.udf.is_similarity
        selection.has_cutoff = cutoff is not None
        selection.cutoff = 0 if cutoff is None else cutoff
        selection.cutoff_option = self.udf.names.index("score_cutoff") if "score_cutoff" in self.udf.names else -1
        return selection

    def nearest(self, int64_t k, cutoff, int workers, show):
        """(scores, columns) of the k best of each row, as float64 and int64."""
        cdef Ticker ticker = Ticker(show)
        cdef Pairwise job = self.job(False, workers, ticker)
        cdef Selection selection = self.selection(cutoff)
        cdef pyudf_error error
        cdef pyudf_status status
        scores = np.full((self.left_views.size(), k), np.nan)
        columns = np.empty((self.left_views.size(), k), np.int64)
        cdef double* to_scores = <double*>cnp.PyArray_DATA(scores)
        cdef int64_t* to_columns = <int64_t*>cnp.PyArray_DATA(columns)
        self.udf.take_hold()
        try:
            with nogil:
                status = nearest(job, selection, k, to_scores, to_columns, &error)
        finally:
            self.udf.let_go()
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        return scores, columns

    def within(self, cutoff, bint triangle, int workers, show):
        """(rows, columns, scores) of the pairs within a cutoff, scores as float64."""
        cdef Ticker ticker = Ticker(show)
        cdef Pairwise job = self.job(triangle, workers, ticker)
        cdef Selection selection = self.selection(cutoff)
        cdef vector[vector[Hit]] hits
        cdef pyudf_error error
        cdef pyudf_status status
        cdef size_t part, i, at = 0, n = 0
        self.udf.take_hold()
        try:
            with nogil:
                status = within(job, selection, hits, &error)
        finally:
            self.udf.let_go()
        if status != PYUDF_OK:
            raise_status(status, &error, ticker)
        for part in range(hits.size()):
            n += hits[part].size()
        cdef int64_t[::1] rows = np.empty(n, np.int64)
        cdef int64_t[::1] columns = np.empty(n, np.int64)
        cdef double[::1] scores = np.empty(n)
        for part in range(hits.size()):
            for i in range(hits[part].size()):
                rows[at], columns[at], scores[at] = hits[part][i].row, hits[part][i].column, hits[part][i].score
                at += 1
            # Given back at once, so that the hits are never held twice.
            hits[part].clear()
            hits[part].shrink_to_fit()
        return np.asarray(rows), np.asarray(columns), np.asarray(scores)
