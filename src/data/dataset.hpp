#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace espalier::data {

/// Labelled samples. Values lie sample by sample, [count x features], and stay bytes where the source has bytes: four
/// times smaller than floats, and turned into floats batch by batch (gather.hpp).
struct Examples {
    std::size_t count = 0;
    std::size_t features = 0;
    std::variant<std::vector<std::uint8_t>, std::vector<float>> values;
    std::vector<std::uint32_t> labels;  ///< [count], below Dataset::classes
};

/// What one sample is: an image, or for a table of numbers one channel a column. Features lie channel by channel, row
/// by row.
struct SampleShape {
    std::size_t channels = 1;
    std::size_t height = 1;
    std::size_t width = 1;
    std::size_t features() const { return channels * height * width; }
    friend bool operator==(const SampleShape&, const SampleShape&) = default;
};

struct Dataset {
    std::string name;
    SampleShape shape;
    std::uint32_t classes = 0;
    double white = 1.0;  ///< the value that counts as 1 where nothing is standardised: 255 of a byte image
    std::vector<std::string> class_names = {};  ///< of folders of images, in the order of the labels; empty: unknown
    std::vector<std::uint32_t> selected = {};   ///< the features that are left, by their numbers; empty: all
    Examples train;
    Examples test;                          ///< may be empty: then nothing is tested
    std::string unlabelled = {};            ///< why there are no classes to learn, labels being 0; else empty
    std::string labels_from = {};           ///< "; " and where its labels come from, where another place may be meant
    std::string test_missing = {};          ///< where a test set was looked for that should be there; else empty
    std::vector<std::string> remarks = {};  ///< what reading decided and a user should know, one line each
};

/// A label from here on is no class but a mistake, and would make a huge last layer.
inline constexpr std::uint32_t most_classes = 65536;

/// @throws FormatError naming the first label that is not below `classes`
void require_labels_below(const std::vector<std::uint32_t>& labels, std::uint32_t classes, const std::string& where);

}  // namespace espalier::data
