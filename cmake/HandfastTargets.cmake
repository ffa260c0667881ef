# handfast_precompile(TARGET header ... | REUSE_FROM other)
function(handfast_precompile target)
  if(ARGV1 STREQUAL "REUSE_FROM")
    target_precompile_headers(${target} ${ARGN})
  else()
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
  # A package upgrade leaves headers with other times that are still older than our build: clang would refuse
  # the precompiled header, and ninja would not rebuild it.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:Clang>:-Xclang -fno-pch-timestamp>)
endfunction()

if(HANDFAST_PCH_COMMON)
  # No <filesystem>: it declares std::quoted, which then competes with ours in code that never asked for it.
  set(handfast_common_headers
    <algorithm> <array> <charconv> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <string>
    <string_view> <utility> <vector> <fmt/format.h> ${PROJECT_SOURCE_DIR}/core/base/problem.hpp)
  add_library(handfast_common_headers STATIC ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
  target_link_libraries(handfast_common_headers PRIVATE handfast_options fmt::fmt)
  target_include_directories(handfast_common_headers SYSTEM PRIVATE ${Boost_INCLUDE_DIRS})
  handfast_precompile(handfast_common_headers ${handfast_common_headers})
endif()

# handfast_library(NAME SOURCES ... LINKS ... [PCH header ...])
#   A static library handfast_NAME, alias handfast::NAME, with our warnings and root-relative includes.
function(handfast_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;PCH")
  add_library(handfast_${name} STATIC ${arg_SOURCES})
  add_library(handfast::${name} ALIAS handfast_${name})
  target_link_libraries(handfast_${name} PUBLIC handfast_options ${arg_LINKS})
  if(arg_PCH AND HANDFAST_PCH)
    handfast_precompile(handfast_${name} ${arg_PCH})
  elseif(HANDFAST_PCH_COMMON)
    handfast_precompile(handfast_${name} REUSE_FROM handfast_common_headers)
  endif()
endfunction()

# handfast_test(NAME SOURCES ... LINKS ... LABELS unit [wire]|integration|slow [SERIAL lock ...] [TIMEOUT seconds])
#   One Catch2 program; every TEST_CASE becomes a CTest test. SERIAL names locks that its cases share. The label "wire" is
#   for unit tests of what reads a peer's bytes: CI runs those under the sanitizers.
function(handfast_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LINKS;LABELS;SERIAL")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE handfast_options handfast_catch_main ${arg_LINKS})
  if(HANDFAST_PCH_COMMON)
    handfast_precompile(${name} REUSE_FROM handfast_test_headers)
  endif()
  # catch_discover_tests takes a list of labels apart and loses all but the first; ctest -L matches parts of a label.
  list(JOIN arg_LABELS "-" label)
  set(properties LABELS ${label} TIMEOUT ${arg_TIMEOUT})
  foreach(label IN ITEMS unit wire)
    if(label IN_LIST arg_LABELS)
      add_dependencies(tests_${label} ${name})
    endif()
  endforeach()
  if(arg_SERIAL)
    list(APPEND properties RESOURCE_LOCK "${arg_SERIAL}")
  endif()
  catch_discover_tests(${name}
    TEST_PREFIX "${name}: "
    WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}
    PROPERTIES ${properties})
endfunction()

# handfast_fuzzer(NAME SOURCES ... LINKS ...)
#   A libFuzzer program fuzz_NAME; its corpus is tests/fuzz/NAME/corpus. Only with HANDFAST_FUZZ.
function(handfast_fuzzer name)
  if(NOT HANDFAST_FUZZ)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_executable(fuzz_${name} ${arg_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE handfast_options ${arg_LINKS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  # Few sources, some of them from tests/support, whose helpers in anonymous namespaces share names.
  set_target_properties(fuzz_${name} PROPERTIES UNITY_BUILD OFF)
endfunction()
