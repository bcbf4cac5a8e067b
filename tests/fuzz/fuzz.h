// What all fuzz targets share. A target is a file of this folder with one function that libFuzzer
// calls with bytes of its making; it looks for crashes, for what the sanitizers see, and for broken
// promises of the code under test. Run by ops/fuzz.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

inline std::string_view as_text(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

// A promise was broken: ends the run, and libFuzzer keeps the input.
inline void must(bool holds) {
    if (!holds) std::abort();
}
