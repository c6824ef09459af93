# espalier::hdf5, the serial HDF5. Debian keeps the serial and the MPI build side by side: pkg-config names the serial one
# for certain. Used by the build and, installed beside espalierConfig.cmake, by what links to its libraries.
include(FindPackageHandleStandardArgs)
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(ESPALIER_HDF5 QUIET IMPORTED_TARGET hdf5-serial)
endif()
find_package_handle_standard_args(EspalierHDF5 REQUIRED_VARS ESPALIER_HDF5_FOUND VERSION_VAR ESPALIER_HDF5_VERSION)
if(EspalierHDF5_FOUND AND NOT TARGET espalier::hdf5)
  add_library(espalier::hdf5 INTERFACE IMPORTED)
  target_link_libraries(espalier::hdf5 INTERFACE PkgConfig::ESPALIER_HDF5)
endif()
