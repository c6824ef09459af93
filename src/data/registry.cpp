#include <espalier/data/cifar.hpp>
#include <espalier/data/digits.hpp>
#include <espalier/data/idx_images.hpp>
#include <espalier/data/registry.hpp>
#include <espalier/data/sparse_teacher.hpp>

namespace espalier::data {
namespace {

const std::vector<std::string> idx_files = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                            "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
const std::vector<std::string> cifar_files = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                              "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"};

// clang-format off
const std::vector<DatasetEntry> entries = {
    {{"fashion-mnist", "70000 pieces of clothing, 28x28 grey, 10 classes", "Xiao et al., arXiv 1708.07747"}, idx_files, "", "/usr/share/datasets/fashion-mnist", "apt-get install dataset-fashion-mnist", load_idx_images},
    {{"mnist", "70000 handwritten digits, 28x28 grey, 10 classes", "LeCun et al., Proc. IEEE 86(11), 1998"}, idx_files, "", "", "download the four *-ubyte.gz files from https://ossci-datasets.s3.amazonaws.com/mnist/", load_idx_images},
    {{"cifar10", "60000 photographs, 32x32 colour, 10 classes", "Krizhevsky, technical report, 2009"}, cifar_files, "cifar-10-batches-bin", "", "download and unpack https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", load_cifar10},
    {{"digits", "1797 handwritten digits, 8x8 grey, 10 classes, compiled in", "UCI Optical Recognition of Handwritten Digits"}, {}, "", "", "it is part of the library", [](const std::filesystem::path&) { return load_digits(); }},
    {{"sparse-teacher", "2500 samples of 54675 features, 18 classes by a sparse linear teacher with noise, generated", "made for experiments/million-neurons"}, {}, "", "", "it is part of the library", [](const std::filesystem::path&) { return make_sparse_teacher(); }},
};
// clang-format on

}  // namespace

const std::vector<DatasetEntry>& dataset_entries() {
    return entries;
}

}  // namespace espalier::data
