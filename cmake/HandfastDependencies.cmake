# Everything comes from the system's packages; nothing is downloaded or vendored (docs/development.md has the list).

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(PahoMqttCpp REQUIRED)

# yaml-cpp 0.7 exports no namespaced target and no usage directories.
add_library(handfast_yaml INTERFACE)
target_link_libraries(handfast_yaml INTERFACE yaml-cpp)

# Asio is compiled once (BOOST_ASIO_SEPARATE_COMPILATION): its users then build in half the time.
add_library(handfast_asio STATIC ${PROJECT_SOURCE_DIR}/cmake/asio.cpp)
target_compile_definitions(handfast_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_USE_STD_STRING_VIEW)
target_include_directories(handfast_asio SYSTEM PUBLIC ${Boost_INCLUDE_DIRS})
target_link_libraries(handfast_asio PUBLIC Threads::Threads)
