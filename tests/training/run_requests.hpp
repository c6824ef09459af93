#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/training/run/run.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "support.hpp"

namespace espalier::testing {

/// A run on the embedded digits that takes well under a second: 64-32-16-10, 3 epochs of 21 steps, updates every 7.
/// @param overrides as --set takes them, over these settings
inline training::RunRequest digits_request(const std::string& method, const std::filesystem::path& folder,
                                           const std::vector<std::string>& overrides = {}) {
    std::string text =
        "seed = 3\n[data]\ndataset = 'digits'\n[model]\nhidden = [32, 16]\ndropout = 0.1\n"
        "[optimizer]\nlearning_rate = 0.05\n[training]\nepochs = 3\nbatch_size = 64\n[sparsity]\nmethod = '" +
        method + "'\n";
    if (method != "dense") text += "density = 0.3\n";
    if (method == "dsr") text += "drop_fraction = 0.2\nthreshold = 0.05\n";
    if (method == "slak")
        text += "drop_fraction = 0.5\nplacement = 'exact'\n";  // drawn counts would not be the density
    if (method == "chase") text += "channel_every = '14it'\n";
    if (method == "topkast") text += "exploration_loss = 0.03\n";  // so short a training has no time to recover
    if (method != "dense" && method != "static") text += "update_every = '7it'\n";
    config::Settings settings = config::parse_toml(text, "test");
    config::override_with(settings, overrides);
    training::RunRequest request;
    request.config = config::resolve(settings);
    request.config_text = config::to_toml(request.config);
    request.folder = folder;
    request.version = "test";
    return request;
}

/// The embedded digits, read once.
inline const data::Dataset& digits() {
    static const data::Dataset dataset = data::load_dataset("digits", "");
    return dataset;
}

/// Asks for a stop after so many steps have been done by this call.
inline void stop_after(training::RunRequest& request, int steps) {
    request.stop_requested = [left = steps]() mutable { return left-- <= 0; };
}

/// One run, stopped after each of these steps (in rising order) and resumed behind it until the end. Bits that one
/// resumption loses are missing at the end, so a single run tells about all of them.
inline training::RunResult run_in_parts(training::RunRequest request, const std::vector<int>& stops) {
    int before = 0;
    for (const int stop : stops) {
        INFO("stopped after " << stop << " steps");
        stop_after(request, stop - before);
        const training::RunResult part = training::run(request);
        CHECK(part.steps == stop);
        CHECK(part.status == "interrupted");
        request.resume = true;
        before = stop;
    }
    request.stop_requested = [] { return false; };
    const training::RunResult result = training::run(request);
    CHECK(result.status == "finished");
    return result;
}

/// Every array below a group, as bytes by path; wall-clock columns, and the list of a run's parts, left out.
inline void collect_arrays(const hdf5::Group& group, const std::string& path,
                           std::map<std::string, std::vector<char>>& found) {
    const auto keep = [&](const std::string& name, const auto& values) {
        const auto* first = reinterpret_cast<const char*>(values.data());
        found[path + "/" + name].assign(first, first + values.size() * sizeof(values[0]));
    };
    for (const std::string& name : group.children()) {
        if (name.ends_with("seconds") || path + "/" + name == "run/parts") continue;
        try {
            const hdf5::Dataset dataset = group.dataset(name);
            switch (dataset.type()) {
                case hdf5::Type::u8:
                    keep(name, dataset.read<std::uint8_t>());
                    break;
                case hdf5::Type::i32:
                    keep(name, dataset.read<std::int32_t>());
                    break;
                case hdf5::Type::i64:
                    keep(name, dataset.read<std::int64_t>());
                    break;
                case hdf5::Type::u32:
                    keep(name, dataset.read<std::uint32_t>());
                    break;
                case hdf5::Type::u64:
                    keep(name, dataset.read<std::uint64_t>());
                    break;
                case hdf5::Type::f32:
                    keep(name, dataset.read<float>());
                    break;
                case hdf5::Type::f64:
                    keep(name, dataset.read<double>());
                    break;
                case hdf5::Type::text:
                    for (const std::string& text : dataset.read_text()) {
                        auto& bytes = found[path + "/" + name];
                        bytes.insert(bytes.end(), text.begin(), text.end());
                    }
                    break;
            }
        } catch (const FormatError&) {
            collect_arrays(group.group(name), path + "/" + name, found);
        }
    }
}

/// All that a run left behind: metrics and snapshots of run.h5, and the checkpoint.
inline std::map<std::string, std::vector<char>> all_arrays(const std::filesystem::path& folder) {
    std::map<std::string, std::vector<char>> found;
    collect_arrays(hdf5::File::open(folder / "run.h5").root(), "run", found);
    collect_arrays(hdf5::File::open(folder / "checkpoint.h5").root(), "checkpoint", found);
    return found;
}

}  // namespace espalier::testing
