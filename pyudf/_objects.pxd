# _objects.pxd: classes of a table, for whoever reads tables.
from pyudf._abi cimport pyudf_class, pyudf_function
from pyudf._types cimport Space


cdef dict adopt_all(const pyudf_function* entries, int n, str module, str owner, Space space, int n_self)
cdef object make_class(const pyudf_class* c, str module, Space space)
