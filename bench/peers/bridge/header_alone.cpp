// header_alone.cpp: what including the header costs.
#include <pyudf/udf.hpp>
