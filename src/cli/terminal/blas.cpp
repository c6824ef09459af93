#include <sstream>

#include <dlfcn.h>

#include <espalier/cli/terminal/blas.hpp>

namespace espalier::cli {
namespace {

/// The BLAS is an alternative of the system behind this name: what it offers is known at run time only.
void* loaded_blas() {
    return dlopen("libblas.so.3", RTLD_LAZY | RTLD_LOCAL);
}

std::string ask(void* blas, const char* function) {
    using Answer = char* (*)();
    void* symbol = dlsym(blas, function);
    if (symbol == nullptr) return "";
    const char* text = reinterpret_cast<Answer>(symbol)();
    return text == nullptr ? "" : text;
}

std::string file_of(void* blas, const char* function) {
    Dl_info info{};
    void* symbol = dlsym(blas, function);
    const bool found = symbol != nullptr && dladdr(symbol, &info) != 0 && info.dli_fname != nullptr;
    return found ? info.dli_fname : "unknown";
}

/// "0.3.21" of "OpenBLAS 0.3.21 NO_AFFINITY USE64BITINT ...".
std::string second_word(const std::string& text) {
    std::istringstream words(text);
    std::string word;
    words >> word >> word;
    return word;
}

}  // namespace

std::string blas_text() {
    void* blas = loaded_blas();
    if (blas == nullptr) return "none found";
    const std::string core = ask(blas, "openblas_get_corename");
    if (core.empty()) return file_of(blas, "sgemm_") + " (not OpenBLAS)";
    return "OpenBLAS " + second_word(ask(blas, "openblas_get_config")) + ", core " + core;
}

}  // namespace espalier::cli
