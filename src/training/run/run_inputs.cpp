#include <algorithm>
#include <cmath>

#include <espalier/base/files/rehearse.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/run/run_inputs.hpp>

namespace espalier::training {
namespace {

constexpr const char* group_name = "inputs";

void require_finite(const std::vector<float>& values, const hdf5::Group& group, const char* name) {
    if (std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) return;
    throw FormatError(group.where() + "/" + name + ": holds what is not a finite number");
}

RunInputs read_group(const hdf5::Group& group) {
    RunInputs inputs;
    inputs.standardisation.scale = group.dataset("scale").read<float>();
    const std::size_t count = inputs.standardisation.scale.size();
    const hdf5::Dataset shift = group.dataset("shift");
    shift.require_size(count);
    inputs.standardisation.shift = shift.read<float>();
    require_finite(inputs.standardisation.scale, group, "scale");
    require_finite(inputs.standardisation.shift, group, "shift");
    if (group.exists("features")) {
        const hdf5::Dataset features = group.dataset("features");
        features.require_size(count);
        inputs.features = features.read<std::uint32_t>();
    }
    return inputs;
}

std::optional<RunInputs> read_file(const std::filesystem::path& run_file) {
    const hdf5::Group model = hdf5::File::open(run_file).root().group("model");
    if (!model.exists(group_name)) return std::nullopt;
    return read_group(model.group(group_name));
}

}  // namespace

void keep_inputs(hdf5::Group model, const RunInputs& inputs) {
    if (model.exists(group_name)) {
        if (read_group(model.group(group_name)) == inputs) return;
        throw ConfigError(model.where() + "/" + group_name +
                          ": inputs were scaled otherwise when the run was begun, so its data have changed since; "
                          "restore them, or --force to start again");
    }
    hdf5::Group group = model.create_group(group_name);
    group.write("scale", inputs.standardisation.scale);
    group.write("shift", inputs.standardisation.shift);
    if (!inputs.features.empty()) group.write("features", inputs.features);
}

std::optional<RunInputs> read_run_inputs(const std::filesystem::path& run_file) {
    rehearse(run_file, [&] { read_file(run_file); });
    return read_file(run_file);
}

}  // namespace espalier::training
