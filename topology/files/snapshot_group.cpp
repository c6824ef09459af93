#include <algorithm>
#include <limits>
#include <utility>

#include <espalier/base/formats/zero_padded.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/foreign_hdf5.hpp>
#include <espalier/topology/files/snapshot_group.hpp>

namespace espalier::topology {
namespace {

constexpr std::int64_t format_version = 1;

/// Digits of the number in front of "007_name"; 0 where there is none.
std::size_t number_digits(const std::string& name) {
    const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    return digits >= 3 && digits < name.size() && name[digits] == '_' ? digits : 0;
}

/// Inputs of a row: the product of all sides but the first, or nothing where it leaves 32 bits.
std::optional<std::size_t> columns(const std::vector<std::size_t>& shape) {
    std::size_t product = 1;
    for (std::size_t k = 1; k < shape.size(); ++k) {
        product *= shape[k];
        if (product > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    }
    return product;
}

void require_agreement(const std::string& where, const std::vector<std::size_t>& shape, const Pattern& pattern) {
    const bool weights = shape.size() >= 2 && shape.size() <= 4;
    if (weights && shape[0] == pattern.rows() && columns(shape) == pattern.cols()) return;
    throw FormatError(where + ": shape " + shape_text(shape) + " does not fit a pattern of " + pattern.shape_text());
}

std::vector<std::size_t> read_shape(const hdf5::Group& group) {
    const auto sides = group.attribute_as<std::vector<std::int64_t>>("shape");
    const bool in_range = std::all_of(sides.begin(), sides.end(), std::in_range<std::uint32_t, std::int64_t>);
    std::vector<std::size_t> shape(sides.begin(), sides.end());
    if (!in_range || shape.size() < 2 || shape.size() > 4 || !columns(shape)) {
        throw FormatError(group.where() +
                          " attribute 'shape': must be [out, in], [out, in, k] or [out, in, kh, kw], each row "
                          "below 2^32 weights");
    }
    return shape;
}

Pattern read_pattern(const hdf5::Group& group, const std::vector<std::size_t>& shape) {
    const hdf5::Dataset indptr = group.dataset("indptr");
    const hdf5::Dataset indices = group.dataset("indices");
    indptr.require_size(shape[0] + 1);
    auto offsets = indptr.read<std::uint64_t>();
    auto kept = indices.read<std::uint32_t>();
    try {
        return {shape[0], columns(shape).value(), std::move(offsets), std::move(kept)};
    } catch (const FormatError& error) {
        throw FormatError(group.where() + ": indptr and indices are no mask: " + error.what());
    }
}

std::vector<std::uint64_t> row_starts(const Pattern& pattern) {
    std::vector<std::uint64_t> starts(pattern.rows() + 1, pattern.edges());
    for (std::size_t row = 0; row < pattern.rows(); ++row) starts[row] = pattern.row_begin(row);
    return starts;
}

std::vector<std::uint32_t> kept_columns(const Pattern& pattern) {
    std::vector<std::uint32_t> kept;
    kept.reserve(pattern.edges());
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        const auto of_row = pattern.row(row);
        kept.insert(kept.end(), of_row.begin(), of_row.end());
    }
    return kept;
}

}  // namespace

std::string numbered_name(std::size_t position, const std::string& name) {
    return number_digits(name) > 0 ? name : zero_padded(static_cast<std::int64_t>(position), 3) + "_" + name;
}

GroupNames::GroupNames(const Topology& topology) {
    for (std::size_t position = 0; position < topology.layers.size(); ++position) {
        const std::string& name = topology.layers[position].name;
        groups_.emplace(name, numbered_name(position, name));
    }
}

const std::string& GroupNames::operator()(const std::string& layer) const {
    const auto found = groups_.find(layer);
    return found == groups_.end() ? layer : found->second;
}

std::string without_number(const std::string& name) {
    const std::size_t digits = number_digits(name);
    return digits > 0 ? name.substr(digits + 1) : name;
}

void require_format(const hdf5::Group& root, std::span<const std::string> formats) {
    if (!root.has_attribute("format")) refuse_foreign(root);
    const auto format = root.attribute_as<std::string>("format");
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
        throw FormatError(root.where() + " format is '" + format + "' instead of " + join(formats, " or "));
    }
    const auto version = root.attribute_as<std::int64_t>("format_version");
    if (version != format_version) {
        throw FormatError(root.where() + " format_version " + std::to_string(version) +
                          " is unknown; this program reads " + std::to_string(format_version));
    }
}

void write_shape(hdf5::Group& group, const std::vector<std::size_t>& shape) {
    group.set_attribute("shape", std::vector<std::int64_t>(shape.begin(), shape.end()));
}

void write_fed_by(hdf5::Group& group, const std::optional<std::vector<std::string>>& names) {
    if (names) group.set_attribute("fed_by", join(*names, "\n"));
}

std::optional<std::vector<std::string>> read_fed_by(const hdf5::Group& group) {
    if (!group.has_attribute("fed_by")) return std::nullopt;
    return split_lines(group.attribute_as<std::string>("fed_by"));
}

void write_groups(hdf5::Group& group, std::size_t groups) {
    if (groups != 1) group.set_attribute("groups", static_cast<std::int64_t>(groups));
}

std::size_t read_groups(const hdf5::Group& group, const std::vector<std::size_t>& shape) {
    if (!group.has_attribute("groups")) return 1;
    const auto groups = group.attribute_as<std::int64_t>("groups");
    const bool is_number = groups >= 1 && std::in_range<std::uint32_t>(groups);
    const auto count = static_cast<std::size_t>(groups);
    if (is_number && count == 1) return 1;
    // The graph of all channels has groups times the columns; those have 32 bits.
    if (is_number && is_convolution(shape) && shape[0] % count == 0 &&
        columns(shape).value() * count <= std::numeric_limits<std::uint32_t>::max())
        return count;
    throw FormatError(group.where() + " attribute 'groups': " + std::to_string(groups) +
                      " is no number of groups of a convolution of shape " + shape_text(shape));
}

void visit_mask_arrays(const std::string& where, const std::vector<std::size_t>& shape, const Pattern& pattern,
                       std::optional<std::span<const float>> values,
                       const std::function<void(const std::string&, const hdf5::Values&)>& visit) {
    require_agreement(where, shape, pattern);
    if (values && values->size() != pattern.edges()) {
        throw FormatError(where + ": " + std::to_string(values->size()) + " values for " +
                          std::to_string(pattern.edges()) + " edges");
    }
    visit("indptr", row_starts(pattern));
    if (pattern.is_full()) {
        visit("indices", kept_columns(pattern));
    } else {
        visit("indices", pattern.indices());
    }
    if (values) visit("values", *values);
}

void write_mask(hdf5::Group& group, const std::vector<std::size_t>& shape, const Pattern& pattern,
                std::optional<std::span<const float>> values) {
    require_agreement(group.where(), shape, pattern);
    write_shape(group, shape);
    visit_mask_arrays(group.where(), shape, pattern, values,
                      [&](const std::string& name, const hdf5::Values& array) { group.write(name, array); });
}

std::optional<Layer> read_mask(const hdf5::Group& snapshot, const std::string& name) {
    const hdf5::Group group = snapshot.group(name);
    if (!group.exists("indptr") && !group.exists("indices")) return std::nullopt;
    Layer layer{.name = name, .shape = read_shape(group), .pattern = {}, .values = {}};
    layer.pattern = read_pattern(group, layer.shape);
    if (group.exists("values")) {
        const hdf5::Dataset values = group.dataset("values");
        values.require_size(layer.pattern.edges());
        layer.values = values.read<float>();
    }
    return layer;
}

std::vector<std::string> snapshot_names(const hdf5::Group& root) {
    if (!root.exists("snapshots")) return {};
    return root.group("snapshots").children();
}

}  // namespace espalier::topology
