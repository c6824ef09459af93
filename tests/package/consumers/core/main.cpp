#include <iostream>

#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/training/run/run.hpp>

/// Trains a sparse network on the digits that are part of the library, into the folder it is given.
int main(int argc, char** argv) {
    namespace config = espalier::config;
    namespace training = espalier::training;
    if (argc != 2) {
        std::cerr << "usage: consumer FOLDER\n";
        return 2;
    }
    try {
        const config::Settings settings = config::parse_toml(R"(
            data.dataset = "digits"
            model.hidden = [64]
            sparsity = { method = "rigl", density = 0.2, update_every = "5it" }
            training.epochs = 3
        )",
                                                             "main.cpp");
        training::RunRequest request;
        request.config = config::resolve(settings);
        config::fill_crossovers(request.config);
        request.config_text = config::to_toml(request.config);
        request.folder = argv[1];
        const training::RunResult result = training::run(request);
        std::cout << result.status << ' ' << result.test_accuracy << ' ' << result.density << '\n';
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
