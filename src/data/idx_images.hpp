#pragma once

#include <filesystem>
#include <string>

#include <espalier/data/dataset.hpp>
#include <espalier/data/idx.hpp>

namespace espalier::data {

/// Images [count x height x width] and their labels [count], one channel, ten classes.
/// @param where  what to call them in errors
/// @throws FormatError where the two disagree, there are none, or a label is not below 10
Examples labelled_images(IdxTensor images, IdxTensor labels, const std::string& where);

/// MNIST and everything in its form: the four files {train,t10k}-{images-idx3,labels-idx1}-ubyte of a folder, each
/// plain or with .gz.
/// @throws IoError, FormatError; also where training and test images differ in size
Dataset load_idx_images(const std::filesystem::path& folder);

}  // namespace espalier::data
