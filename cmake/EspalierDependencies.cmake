# Everything here is a Debian package; docs/dependencies.md says why each was chosen and scripts/packages.sh lists them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)
find_package(JPEG REQUIRED)
if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW) # Boost's own package of CMake: later CMakes no longer have one for it
endif()
find_package(Boost 1.74 REQUIRED)
# Debian keeps the serial and the MPI build side by side: pkg-config names the serial one for certain.
pkg_check_modules(HDF5 REQUIRED IMPORTED_TARGET hdf5-serial)
find_package(Armadillo REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)

add_library(espalier_armadillo INTERFACE)
target_include_directories(espalier_armadillo SYSTEM INTERFACE ${ARMADILLO_INCLUDE_DIRS})
target_link_libraries(espalier_armadillo INTERFACE ${ARMADILLO_LIBRARIES})
# accu() would split its sum by the number of threads, and results must not depend on it.
target_compile_definitions(espalier_armadillo INTERFACE ARMA_DONT_USE_OPENMP)

# oneDNN's own CMake package insists on OpenCL's headers, which only its GPU part needs.
find_path(DNNL_INCLUDE_DIR dnnl.h REQUIRED)
find_library(DNNL_LIBRARY dnnl REQUIRED)
add_library(espalier_onednn INTERFACE)
target_include_directories(espalier_onednn SYSTEM INTERFACE ${DNNL_INCLUDE_DIR})
target_link_libraries(espalier_onednn INTERFACE ${DNNL_LIBRARY})
