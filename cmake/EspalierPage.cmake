# The page of `espalier report` needs npm when the program is built, and nothing when it runs. Packages are those of the
# lock file, by their checksums, installed into the build tree; no script of theirs is run.
set(ESPALIER_PAGE AUTO CACHE STRING "The report page: AUTO (where npm is there), ON (insist on it), OFF")
set_property(CACHE ESPALIER_PAGE PROPERTY STRINGS AUTO ON OFF)

# espalier_npm_packages(<folder> <into> <problem>): installs what package-lock.json in <folder> names into <into>, once for
# each lock file; <problem> becomes empty, or why it could not.
function(espalier_npm_packages folder into problem)
  set(${problem} "" PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/package.json ${folder}/package-lock.json)
  file(SHA256 ${folder}/package-lock.json wanted)
  if(EXISTS ${into}/installed)
    file(READ ${into}/installed installed)
    if(installed STREQUAL wanted)
      return()
    endif()
  endif()
  message(STATUS "Installing the packages of ${folder}/package-lock.json")
  file(REMOVE_RECURSE ${into})
  file(COPY ${folder}/package.json ${folder}/package-lock.json DESTINATION ${into})
  execute_process(
    COMMAND ${ESPALIER_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1
    WORKING_DIRECTORY ${into}
    TIMEOUT 300
    RESULT_VARIABLE failed
    OUTPUT_QUIET
    ERROR_VARIABLE said)
  if(NOT failed EQUAL 0)
    string(REGEX REPLACE "[\"\\\\]" "'" said "${said}") # it becomes a text in a source
    string(REGEX MATCH "[^\n]*" first "${said}")
    set(${problem} "npm ci failed (${failed}) ${first}; run cmake again where npm reaches its registry, and build" PARENT_SCOPE)
    return()
  endif()
  file(WRITE ${into}/installed ${wanted})
endfunction()

# espalier_page(<folder> <file> <reason>): <file> becomes the page that the build makes of <folder>, and <reason> empty; where
# there can be none, <file> an empty file, and <reason> why, with what to do.
function(espalier_page folder file reason)
  find_program(ESPALIER_NODE NAMES node nodejs)
  find_program(ESPALIER_NPM npm)
  set(into ${CMAKE_CURRENT_BINARY_DIR}/browser)
  set(problem "")
  if(ESPALIER_PAGE STREQUAL "OFF")
    set(problem "ESPALIER_PAGE was OFF; run cmake with -DESPALIER_PAGE=ON, where npm is there, and build")
  elseif(NOT ESPALIER_NODE OR NOT ESPALIER_NPM)
    set(problem "npm was not found; install it (apt-get install npm), run cmake again and build")
  else()
    espalier_npm_packages(${folder} ${into} problem)
  endif()
  set(${reason} "${problem}" PARENT_SCOPE)
  if(problem)
    if(ESPALIER_PAGE STREQUAL "ON")
      message(FATAL_ERROR "ESPALIER_PAGE is ON, and ${problem}")
    endif()
    message(STATUS "Without the report page: ${problem}")
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/no-page.html CONTENT "")
    set(${file} ${CMAKE_CURRENT_BINARY_DIR}/no-page.html PARENT_SCOPE)
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.mjs ${folder}/*.js ${folder}/*.css ${folder}/*.html)
  add_custom_command(
    OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/page.html
    COMMAND ${ESPALIER_NODE} ${folder}/bundle.mjs ${folder} ${into}/node_modules ${CMAKE_CURRENT_BINARY_DIR}/page.html
    DEPENDS ${sources} ${into}/installed
    COMMENT "Bundling the report page"
    VERBATIM)
  set(${file} ${CMAKE_CURRENT_BINARY_DIR}/page.html PARENT_SCOPE)
endfunction()
