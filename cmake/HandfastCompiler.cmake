# The compiler we accept, the language level and the warnings that every target of ours gets.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "handfast needs clang 19 or g++ 13: g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles co_await expressions with "
    "temporary aggregates. On Debian 12: apt-get install clang-19, then use the presets (cmake --preset release).")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(handfast_options INTERFACE)
target_compile_options(handfast_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
  # Options structs are initialised by naming just the fields that differ from the default.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-designated-field-initializers>
  # g++ cannot tell those apart, and takes the .cpp files of a unity build for headers.
  "$<$<CXX_COMPILER_ID:GNU>:-Wno-missing-field-initializers;-Wno-subobject-linkage>"
  $<$<BOOL:${HANDFAST_WERROR}>:-Werror>)
target_include_directories(handfast_options INTERFACE ${PROJECT_SOURCE_DIR})

if(HANDFAST_SANITIZE)
  add_compile_options(-fsanitize=${HANDFAST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HANDFAST_SANITIZE})
  if(HANDFAST_SANITIZE MATCHES "thread")
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)  # 34 fence warnings that TSan cannot model
  endif()
endif()

if(HANDFAST_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # coverage in our libraries too, or the fuzzer sees nothing
endif()

find_program(HANDFAST_LLD NAMES ld.lld-19 ld.lld)
if(HANDFAST_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")  # g++ takes no path
  add_link_options(--ld-path=${HANDFAST_LLD})
endif()
