// Our side of the comparison with the peers: does one kind of work as often as it is told, and says how long it took.
//
// usage: espalier_worker KIND [name=value ...]      see work.hpp; threads=1 and batch=128 where not given
//
// Prints "ready WEIGHTS" when all is built and the work was done once. Then, a line on stdin each:
//     run K    does the work K times and prints the seconds that took
//     peak     prints the largest resident set so far, in bytes
// The end of stdin ends it.
#include <chrono>
#include <iostream>
#include <sstream>
#include <string>

#include <sys/resource.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>

#include "work.hpp"

namespace {

using espalier::benchmarks::Work;

double seconds_of(const Work& work, std::size_t times) {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t k = 0; k < times; ++k) work.once();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::uint64_t peak_bytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

void answer(const Work& work, const std::string& line) {
    std::istringstream words(line);
    std::string command;
    std::size_t times = 0;
    words >> command;
    if (command == "run" && words >> times) {
        std::cout << seconds_of(work, times) << std::endl;
    } else if (command == "peak") {
        std::cout << peak_bytes() << std::endl;
    } else {
        throw espalier::ConfigError("'" + line + "': 'run K' or 'peak' is needed");
    }
}

void serve(const std::vector<std::string>& words) {
    if (words.empty()) throw espalier::ConfigError("a kind of work is needed; work.hpp names them");
    const espalier::benchmarks::Request request({words.begin() + 1, words.end()});
    espalier::set_threads(static_cast<int>(request.number("threads")));
    const Work work = espalier::benchmarks::make_work(words.front(), request);
    work.once();
    std::cout.precision(9);
    std::cout << "ready " << work.weights << std::endl;
    for (std::string line; std::getline(std::cin, line);) answer(work, line);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        serve({argv + 1, argv + argc});
    } catch (const espalier::Error& error) {
        std::cerr << "espalier_worker: " << error.what() << '\n';
        return 2;
    }
    return 0;
}
