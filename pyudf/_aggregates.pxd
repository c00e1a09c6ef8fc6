# _aggregates.pxd: aggregates of a table, for whoever reads tables.
from pyudf._abi cimport pyudf_aggregate
from pyudf._types cimport Space


cdef object adopt_aggregate(const pyudf_aggregate* f, str module, Space space)
