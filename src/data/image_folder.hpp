#pragma once

#include <filesystem>

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// Whether a folder holds train/, or folders with images.
bool is_image_folder(const std::filesystem::path& folder);

/// PNG and JPEG images in a folder a class: `train/<class>/*.png` with `test/<class>/*.png`, or val/ where there is no
/// test/; or `<class>/*.png` alone, without a test set.
///
/// Classes are numbered in the order of their sorted names, by bytes, as torchvision's ImageFolder does. Samples are in
/// an order that spreads every class evenly (sample k of n at (k + 1/2) / n, names of a class ascending), so that what
/// is split off the end has of each class its share. All images have one size; where some have colours, grey ones get
/// three equal channels. Names that begin with a dot, and of files those that end otherwise, are no images; links are
/// followed. Files are read twice, by threads() threads: sizes first, so that memory is asked for once and each image
/// is decoded to its place.
/// @throws IoError, FormatError naming the file and what would be right: no classes, a class without images, sizes that
///         differ, a test class that training has not, a test folder without classes, more than 16 GiB, what the
///         decoders refuse
Dataset load_image_folder(const std::filesystem::path& folder);

}  // namespace espalier::data
