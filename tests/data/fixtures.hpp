#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <espalier/base/random/random.hpp>
#include <espalier/data/dataset.hpp>

namespace espalier::testing {

using Bytes = std::vector<std::uint8_t>;

void write_bytes(const std::filesystem::path& path, const Bytes& bytes);
void write_text(const std::filesystem::path& path, const std::string& text);

/// One gzip member.
Bytes gzip(const Bytes& content);

/// An IDX file of unsigned bytes.
Bytes idx(const std::vector<std::uint32_t>& dimensions, const Bytes& values);

Bytes random_bytes(std::size_t count, Stream& stream);

/// The four files of an MNIST of `train` + `test` images of 2x3 pixels in `folder`, which is made; `suffix` "" or
/// ".gz". Pixel p of training image n is (6 n + p) mod 256, and its label n mod 10.
void write_small_mnist(const std::filesystem::path& folder, std::size_t train, std::size_t test,
                       const std::string& suffix = "");

/// Random bytes and labels, for both training and test.
data::Dataset random_byte_dataset(std::size_t count, data::SampleShape shape, Stream& stream);

/// How many examples each of ten classes has.
std::vector<std::size_t> per_class(const data::Examples& examples);

/// The environment variable ESPALIER_DATA for one scope.
class DataVariable {
  public:
    explicit DataVariable(const std::string& value);
    DataVariable(const DataVariable&) = delete;
    DataVariable& operator=(const DataVariable&) = delete;
    ~DataVariable();

  private:
    std::string before_;
};

}  // namespace espalier::testing
