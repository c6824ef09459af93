// Writes a run in a tight loop until it is killed: run_file_writer PATH [STEP to resume from]. After each publish() it
// says on stdout which step is now visible, so that a test knows what must survive.
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "run_samples.hpp"

int main(int count, char** arguments) {
    using namespace espalier::training;
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        const std::int64_t from = count > 2 ? std::atoll(arguments[2]) : -1;
        RunFile run = from < 0 ? RunFile::create(WriterLock(arguments[1]), sample_info())
                               : RunFile::resume(WriterLock(arguments[1]), from);
        for (std::int64_t step = from + 1;; ++step) {
            write_sample_rows(run, step);
            write_sample_snapshot(run, step);
            run.publish();
            std::cout << step << std::endl;
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
