#include "support.hpp"
#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace espalier::testing {
namespace {

std::uint64_t test_seed() {
    const char* text = std::getenv("ESPALIER_TEST_SEED");
    return text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
}

std::optional<std::filesystem::path> folder(const char* variable, const char* beside_project) {
    const char* text = std::getenv(variable);
    const std::filesystem::path path = text != nullptr
                                           ? std::filesystem::path(text)
                                           : std::filesystem::path(ESPALIER_SOURCE_DIR) / ".." / beside_project;
    if (!std::filesystem::is_directory(path)) return std::nullopt;
    return path;
}

}  // namespace

Pattern pattern(std::initializer_list<std::initializer_list<int>> rows) {
    const std::size_t cols = rows.size() == 0 ? 0 : rows.begin()->size();
    std::vector<std::uint64_t> flat;
    std::uint64_t position = 0;
    for (const auto& row : rows) {
        for (const int kept : row) {
            if (kept != 0) flat.push_back(position);
            ++position;
        }
    }
    return Pattern::from_flat(rows.size(), cols, flat);
}

Pattern random_pattern(std::size_t rows, std::size_t cols, double density, Stream& stream) {
    std::vector<std::uint64_t> flat;
    for (std::uint64_t position = 0; position < rows * cols; ++position) {
        if (static_cast<double>(stream()) < density * 4294967296.0) flat.push_back(position);
    }
    return Pattern::from_flat(rows, cols, flat);
}

std::vector<std::pair<Pattern, Pattern>> random_pattern_pairs(std::size_t count, std::size_t largest) {
    std::vector<std::pair<Pattern, Pattern>> pairs;
    for (std::size_t k = 0; k < count; ++k) {
        Stream stream = test_stream(static_cast<std::uint32_t>(k));
        const std::size_t rows = 1 + stream.below(largest);
        const std::size_t cols = 1 + stream.below(largest);
        const double first = static_cast<double>(stream.below(11)) / 10.0;
        const double second = static_cast<double>(stream.below(11)) / 10.0;
        Pattern a = random_pattern(rows, cols, first, stream);
        pairs.emplace_back(std::move(a), random_pattern(rows, cols, second, stream));
    }
    return pairs;
}

std::vector<std::vector<int>> dense(const Pattern& pattern) {
    std::vector<std::vector<int>> matrix(pattern.rows(), std::vector<int>(pattern.cols(), 0));
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        for (const std::uint32_t col : pattern.row(row)) matrix[row][col] = 1;
    }
    return matrix;
}

std::vector<double> random_values(std::size_t count, Stream& stream) {
    std::vector<double> values(count);
    for (double& value : values) value = static_cast<double>(stream()) / 2147483648.0 - 1.0;
    return values;
}

Stream test_stream(std::uint32_t number) {
    return {test_seed(), Purpose::test, number};
}

std::string seed_text() {
    return "ESPALIER_TEST_SEED=" + std::to_string(test_seed());
}

TemporaryFolder::TemporaryFolder() {
    // A new one, whatever a killed test of the same process number has left.
    std::string name = (std::filesystem::temp_directory_path() / "espalier-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::size_t entries_in(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

std::optional<std::filesystem::path> reference_folder() {
    return folder("ESPALIER_REFERENCE", "shared/reference");
}

std::optional<std::filesystem::path> data_folder() {
    return folder("ESPALIER_TEST_DATA", "shared/data");
}

void skip(const std::string& why) {
    std::cerr << "skipped: " << why << '\n';
    SUCCEED("skipped: " + why);
}

}  // namespace espalier::testing
