// Writes a run in a tight loop until it is killed: run_file_writer PATH publish|commit [STEP to resume from]. After
// each publish() or commit() it says on stdout which step is now safe, so that a test knows what must survive.
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "run_samples.hpp"

int main(int count, char** arguments) {
    using namespace espalier::training;
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        const bool commits = std::string(count > 2 ? arguments[2] : "publish") == "commit";
        const std::int64_t from = count > 3 ? std::atoll(arguments[3]) : -1;
        RunFile run = from < 0 ? RunFile::create(WriterLock(arguments[1]), sample_info())
                               : RunFile::resume(WriterLock(arguments[1]), sample_point(from));
        if (commits) run.keep_journal();
        for (std::int64_t step = from + 1;; ++step) {
            write_sample_rows(run, step);
            write_sample_snapshot(run, step);
            if (commits) {
                run.commit(0.0);
            } else {
                run.publish();
            }
            std::cout << step << std::endl;
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
