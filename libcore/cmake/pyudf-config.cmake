# Tells CMake where pyudf's headers are: find_package(pyudf) gives the target pyudf::pyudf, which asks for C++20.
if(NOT TARGET pyudf::pyudf)
  add_library(pyudf::pyudf INTERFACE IMPORTED)
  get_filename_component(pyudf_include "${CMAKE_CURRENT_LIST_DIR}/../include" ABSOLUTE)
  set_target_properties(pyudf::pyudf PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${pyudf_include}"
    INTERFACE_COMPILE_FEATURES cxx_std_20
  )
  unset(pyudf_include)
endif()
