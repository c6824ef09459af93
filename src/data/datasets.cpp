#include <espalier/data/cifar.hpp>
#include <espalier/data/cifar_pickles.hpp>
#include <espalier/data/datasets.hpp>
#include <espalier/data/digits.hpp>
#include <espalier/data/idx_images.hpp>
#include <espalier/data/sparse_teacher.hpp>

namespace espalier::data {
namespace {

/// EMNIST's files have the name of the split before those of MNIST: "emnist-letters-train-images-idx3-ubyte".
std::vector<std::string> emnist_files(const std::string& split) {
    std::vector<std::string> files;
    for (const char* part : {"train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1"}) {
        files.push_back("emnist-" + split + "-" + part + "-ubyte");
    }
    return files;
}

const std::vector<std::string> letters_files = emnist_files("letters");
const std::vector<std::string> balanced_files = emnist_files("balanced");
const std::vector<std::string> byclass_files = emnist_files("byclass");
const std::vector<std::string> qmnist_files = {"qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int",
                                               "qmnist-test-images-idx3-ubyte", "qmnist-test-labels-idx2-int"};
const std::vector<std::string> cifar10_files = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                                "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"};
const std::vector<std::string> cifar10_pickles = {"data_batch_1", "data_batch_2", "data_batch_3",
                                                  "data_batch_4", "data_batch_5", "test_batch"};

using Folder = std::filesystem::path;

constexpr const char* emnist_source = "Cohen et al., arXiv 1702.05373";
constexpr const char* emnist_place = "download and unpack https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip";
constexpr const char* cifar_source = "Krizhevsky, technical report, 2009";
constexpr const char* built_in = "it is part of the library";

Dataset load_mnist(const Folder& folder, const std::string&) {
    return load_idx_images(folder);
}

// clang-format off
const std::vector<DatasetEntry> entries = {
    {{"fashion-mnist", "70000 pieces of clothing, 28x28 grey, 10 classes", "Xiao et al., arXiv 1708.07747"}, {{mnist_files(), "", load_mnist}}, "/usr/share/datasets/fashion-mnist", "apt-get install dataset-fashion-mnist", {}},
    {{"mnist", "70000 handwritten digits, 28x28 grey, 10 classes", "LeCun et al., Proc. IEEE 86(11), 1998"}, {{mnist_files(), "", load_mnist}}, "", "download the four *-ubyte.gz files from https://ossci-datasets.s3.amazonaws.com/mnist/", {}},
    {{"kmnist", "70000 cursive Hiragana, 28x28 grey, 10 classes", "Clanuwat et al., arXiv 1812.01718"}, {{mnist_files(), "", load_mnist}}, "", "download the four *-ubyte.gz files from http://codh.rois.ac.jp/kmnist/dataset/kmnist/", {}},
    {{"qmnist", "120000 handwritten digits, 28x28 grey, 10 classes", "Yadav and Bottou, arXiv 1905.10498"}, {{qmnist_files, "", [](const Folder& folder, const std::string&) { return load_idx_images(folder, qmnist_files); }}}, "", "download the four qmnist-{train,test}-* files from https://github.com/facebookresearch/qmnist", {}},
    {{"emnist-letters", "145600 handwritten letters, 28x28 grey and transposed, 26 classes", emnist_source}, {{letters_files, "gzip", [](const Folder& folder, const std::string&) { return load_idx_images(folder, letters_files, {.count = 26, .first = 1}); }}}, "", emnist_place, {}},
    {{"emnist-balanced", "131600 handwritten digits and letters, 28x28 grey and transposed, 47 classes", emnist_source}, {{balanced_files, "gzip", [](const Folder& folder, const std::string&) { return load_idx_images(folder, balanced_files, {.count = 47}); }}}, "", emnist_place, {}},
    {{"emnist-byclass", "814255 handwritten digits and letters, 28x28 grey and transposed, 62 classes", emnist_source}, {{byclass_files, "gzip", [](const Folder& folder, const std::string&) { return load_idx_images(folder, byclass_files, {.count = 62}); }}}, "", emnist_place, {}},
    {{"cifar10", "60000 photographs, 32x32 colour, 10 classes", cifar_source}, {{cifar10_files, "cifar-10-batches-bin", [](const Folder& folder, const std::string&) { return load_cifar10(folder); }}, {cifar10_pickles, "cifar-10-batches-py", [](const Folder& folder, const std::string&) { return load_cifar10_pickles(folder); }}}, "", "download and unpack https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", {}},
    {{"cifar100", "60000 photographs, 32x32 colour, 100 classes, or by data.label = \"coarse\" 20", cifar_source}, {{{"train.bin", "test.bin"}, "cifar-100-binary", load_cifar100}, {{"train", "test"}, "cifar-100-python", load_cifar100_pickles}}, "", "download and unpack https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", {"fine", "coarse"}},
    {{"digits", "1797 handwritten digits, 8x8 grey, 10 classes, compiled in", "UCI Optical Recognition of Handwritten Digits"}, {{{}, "", [](const Folder&, const std::string&) { return load_digits(); }}}, "", built_in, {}},
    {{"sparse-teacher", "2500 samples of 54675 features, 18 classes by a sparse linear teacher with noise, generated", "made for experiments/million-neurons"}, {{{}, "", [](const Folder&, const std::string&) { return make_sparse_teacher(); }}}, "", built_in, {}},
};
// clang-format on

}  // namespace

const std::vector<DatasetEntry>& dataset_entries() {
    return entries;
}

}  // namespace espalier::data
