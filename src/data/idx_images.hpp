#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <espalier/data/dataset.hpp>
#include <espalier/data/idx.hpp>

namespace espalier::data {

/// Classes that labels may name.
struct IdxClasses {
    std::uint32_t count = 0;  ///< 0: as many as the largest label of the training set says
    std::uint32_t first = 0;  ///< the smallest label, which becomes class 0: 1 in EMNIST's letters
};

/// Images [count x height x width] and their labels [count], one channel. Labels may also be QMNIST's rows of eight
/// integers, of which the first is the class.
/// @param where  what to call them in errors
/// @throws FormatError where the two disagree, there are none, images are no finite numbers, or a label is no class
Examples labelled_images(IdxTensor images, const IdxTensor& labels, const IdxClasses& classes,
                         const std::string& where);

/// The four files of an MNIST: {train,t10k}-{images-idx3,labels-idx1}-ubyte.
const std::vector<std::string>& mnist_files();

/// MNIST and everything in its form: four files of a folder, each plain or with .gz.
/// @param files  images and labels to train on, images and labels to test on
/// @throws IoError, FormatError; also where training and test images differ in size
Dataset load_idx_images(const std::filesystem::path& folder, const std::vector<std::string>& files = mnist_files(),
                        const IdxClasses& classes = {.count = 10, .first = 0});

}  // namespace espalier::data
