# Debian packages, by `cpack -G DEB` in the build folder: espalier (the program), libespalier-dev, and espalier-mpi and
# python3-espalier where their components are built. scripts/package makes them; scripts/package-check installs them in a Debian of its own.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME espalier)
set(CPACK_PACKAGE_VENDOR Espalier)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program dev)
if(TARGET espalier_mpi)
  list(APPEND CPACK_COMPONENTS_ALL mpi)
endif()
if(TARGET espalier_python)
  list(APPEND CPACK_COMPONENTS_ALL python)
endif()
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# Who made a package is asked about it: as Debian's own tools have it, else the author of the commit.
if(DEFINED ENV{DEBEMAIL})
  set(CPACK_DEBIAN_PACKAGE_MAINTAINER "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
else()
  execute_process(COMMAND git log -1 "--format=%an <%ae>" WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE author
                  ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${author}") # cpack refuses to go on without
endif()

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME espalier)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS libopenblas0) # any BLAS will do; the reference BLAS is slow
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS dataset-fashion-mnist)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION
    "Espalier trains neural networks whose absent weights do not exist: no value,
no gradient, no multiplication. It logs how their topology evolves into one
HDF5 file and answers questions about such topologies, its own or masks of
other tools: graph metrics, spectra, distances, lottery tickets.
.
This package has the program, its manual pages and completion for shells.")

# Runs go on under either program, so both are of one version. The library comes by shlibdeps, mpirun does not.
set(CPACK_DEBIAN_MPI_PACKAGE_NAME espalier-mpi)
set(CPACK_DEBIAN_MPI_PACKAGE_SECTION science)
set(CPACK_DEBIAN_MPI_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_MPI_PACKAGE_DEPENDS "espalier (= ${PROJECT_VERSION}), openmpi-bin")
set(CPACK_DEBIAN_MPI_PACKAGE_RECOMMENDS libopenblas0)
set(CPACK_DEBIAN_MPI_DESCRIPTION
    "Espalier's second program trains one sparse network, or measures many
topologies, by several processes that mpirun starts on one machine or many.
Results are those of one process, bit for bit.
.
This package has the program for Open MPI, its manual pages and completion
for shells.")

# Static libraries: what they are linked to is the caller's to link, and the dependencies of the .pc and CMake files.
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libespalier-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
    "libhdf5-dev, zlib1g-dev, libboost-dev (>= 1.74), libboost-graph-dev (>= 1.74), libarmadillo-dev, nlohmann-json3-dev, \
libtomlplusplus-dev, libfmt-dev, libpng-dev, libjpeg62-turbo-dev, libdnnl-dev")
set(CPACK_DEBIAN_DEV_DESCRIPTION
    "Headers and static libraries of Espalier, for CMake and pkg-config: patterns
of sparse layers, the graph module (metrics, spectra, topology distances,
generators), and training.
.
This package has what programs are built with.")

# The module's own files are those of the component `python`.
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-espalier)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS ON)
if(TARGET espalier_python) # compiled for one minor version
  math(EXPR next_minor "${ESPALIER_PYTHON_MINOR} + 1")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS
      "python3 (>= 3.${ESPALIER_PYTHON_MINOR}), python3 (<< 3.${next_minor}), python3-numpy")
endif()
set(CPACK_DEBIAN_PYTHON_DESCRIPTION
    "Topologies from NumPy, SciPy and PyTorch, graph metrics, topology distances,
training of sparse networks and reading of runs, as Espalier's program has
them.
.
This package has the module for Python 3.")

# What Debian wants of every package and nobody else does: changelog, copyright, compressed manual pages.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/package/debian.cmake)
set(ESPALIER_DEBIAN_FOLDER ${PROJECT_SOURCE_DIR}/cmake/package/debian)
configure_file(${PROJECT_SOURCE_DIR}/cmake/package/options.cmake.in ${PROJECT_BINARY_DIR}/package/options.cmake @ONLY)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_BINARY_DIR}/package/options.cmake)
include(CPack)
