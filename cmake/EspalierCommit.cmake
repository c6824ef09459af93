# Writes a source that knows the commit of the sources, and touches it where that has changed alone, so that nothing is
# compiled anew without need. Run at every build: cmake -D SOURCE=... -D TEMPLATE=... -D OUTPUT=... -P EspalierCommit.cmake
set(ESPALIER_COMMIT unknown)
string(TIMESTAMP ESPALIER_COMMIT_DATE "%Y-%m-%d" UTC) # SOURCE_DATE_EPOCH's where that is set
find_program(git git)
if(git)
  # Sources without a history may lie in a folder of another project's.
  execute_process(COMMAND ${git} rev-parse --show-cdup WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE up RESULT_VARIABLE status
                  ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(status EQUAL 0 AND up STREQUAL "")
    execute_process(COMMAND ${git} describe --always --dirty --abbrev=12 --exclude=* WORKING_DIRECTORY ${SOURCE}
                    OUTPUT_VARIABLE ESPALIER_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE)
    execute_process(COMMAND ${git} log -1 --format=%cs WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE ESPALIER_COMMIT_DATE
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
endif()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
