#include <algorithm>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/data/image_file.hpp>
#include <espalier/data/image_folder.hpp>

namespace espalier::data {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_image_bytes = std::size_t{16} << 30;

/// Entries of a folder that are no hidden ones, by their names.
std::vector<fs::path> sorted_entries(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        const bool is_hidden = at->path().filename().string().starts_with('.');
        if (!is_hidden) entries.push_back(at->path());
    }
    if (failed) throw IoError("cannot read " + folder.string() + ": " + failed.message());
    std::ranges::sort(entries, {}, [](const fs::path& path) { return path.filename().string(); });
    return entries;
}

std::vector<fs::path> folders_in(const fs::path& folder) {
    std::vector<fs::path> folders = sorted_entries(folder);
    std::erase_if(folders, [](const fs::path& path) {
        std::error_code ignored;
        return !fs::is_directory(path, ignored);
    });
    return folders;
}

bool holds_images(const fs::path& folder) {
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        if (is_image_name(at->path())) return true;
    }
    return false;
}

struct ImageSample {
    fs::path path;
    std::uint32_t label;
    double place;  ///< in [0, 1]; samples are in the order of these
};

struct ImageList {
    std::vector<ImageSample> samples;
    std::vector<std::string> others;  ///< files that are no images
};

void add_class(const fs::path& folder, std::uint32_t label, ImageList& list) {
    std::vector<fs::path> files;
    for (fs::path& path : sorted_entries(folder)) {
        if (is_image_name(path)) {
            files.push_back(std::move(path));
        } else {
            list.others.push_back(path.string());
        }
    }
    if (files.empty()) {
        throw FormatError(folder.string() + ": the folder of a class holds no file that ends in .png, .jpg or .jpeg");
    }
    const auto count = static_cast<double>(files.size());
    for (std::size_t k = 0; k < files.size(); ++k) {
        list.samples.push_back({std::move(files[k]), label, (static_cast<double>(k) + 0.5) / count});
    }
}

/// Images of a folder with a folder a class; the number of a class is its place among `names`.
ImageList list_images(const fs::path& folder, const std::vector<std::string>& names) {
    ImageList list;
    for (const fs::path& class_folder : folders_in(folder)) {
        const auto at = std::ranges::lower_bound(names, class_folder.filename().string());
        if (at == names.end() || *at != class_folder.filename().string()) {
            throw FormatError(class_folder.string() + ": no class to train on has this name; those are " +
                              excerpt(join_some(names)));
        }
        add_class(class_folder, static_cast<std::uint32_t>(at - names.begin()), list);
    }
    // Stable: of equal places, the lower class comes first.
    std::ranges::stable_sort(list.samples, {}, &ImageSample::place);
    return list;
}

std::string size_text(const ImageSize& size) {
    return std::to_string(size.height) + "x" + std::to_string(size.width);
}

/// The size that all images have, with as many channels as one of them needs.
ImageSize common_size(const std::vector<ImageSample>& samples, std::optional<ImageSize> common) {
    std::vector<ImageSize> sizes(samples.size());
    parallel_for(samples.size(), [&](std::size_t k) { sizes[k] = ImageFile(samples[k].path).size(); });
    ImageSize size = common.value_or(sizes.front());
    for (std::size_t k = 0; k < sizes.size(); ++k) {
        size.channels = std::max(size.channels, sizes[k].channels);
        if (sizes[k].height == size.height && sizes[k].width == size.width) continue;
        throw FormatError(samples[k].path.string() + ": " + size_text(sizes[k]) + " pixels, but " +
                          (common ? "training images have " : samples.front().path.string() + " has ") +
                          size_text(size) + "; all need one size, which 'mogrify -resize " +
                          std::to_string(size.width) + "x" + std::to_string(size.height) +
                          "! FILES' (ImageMagick) gives them");
    }
    return size;
}

Examples decode_all(const std::vector<ImageSample>& samples, const ImageSize& size, const fs::path& folder) {
    if (samples.size() > most_image_bytes / size.bytes()) {
        throw FormatError(folder.string() + ": " + std::to_string(samples.size()) + " images of " +
                          std::to_string(size.bytes()) + " bytes each; 16 GiB together are read");
    }
    Examples examples{.count = samples.size(), .features = size.bytes(), .values = {}, .labels = {}};
    for (const ImageSample& sample : samples) examples.labels.push_back(sample.label);
    std::vector<std::uint8_t> values(samples.size() * size.bytes());
    parallel_for(samples.size(), [&](std::size_t k) {
        const ImageFile file(samples[k].path);
        const ImageSize now = file.size();
        if (now.height != size.height || now.width != size.width || now.channels > size.channels) {
            throw FormatError(samples[k].path.string() + ": the file changed while it was read");
        }
        file.decode(size.channels, std::span(values).subspan(k * size.bytes(), size.bytes()));
    });
    examples.values = std::move(values);
    return examples;
}

/// Where the classes to train on and to test on lie; the latter may be empty.
struct ImageParts {
    fs::path train;
    fs::path test;
    std::string unread;  ///< a part that is there and not used
};

ImageParts parts_of(const fs::path& folder) {
    std::error_code ignored;
    const auto part = [&](const char* name) {
        return fs::is_directory(folder / name, ignored) ? folder / name : fs::path();
    };
    if (part("train").empty()) return {folder, {}, {}};
    const bool has_both = !part("test").empty() && !part("val").empty();
    return {part("train"), part("test").empty() ? part("val") : part("test"), has_both ? part("val").string() : ""};
}

void remark_on_images(const fs::path& folder, const std::vector<std::string>& names, const ImageList& train,
                      const std::string& unread, std::vector<std::string>& remarks) {
    std::vector<std::string> numbered;
    for (std::size_t k = 0; k < names.size(); ++k) numbered.push_back(excerpt(names[k]) + " = " + std::to_string(k));
    remarks.push_back(folder.string() + ": the names of its classes are numbered: " + join_some(numbered, 10));
    if (!train.others.empty()) {
        remarks.push_back(folder.string() +
                          ": not read, as they end in none of .png, .jpg and .jpeg: " + join_some(train.others, 3));
    }
    if (!unread.empty()) remarks.push_back(unread + ": not read, as there is a folder 'test' to test on");
}

}  // namespace

bool is_image_folder(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_directory(folder / "train", ignored) || std::ranges::any_of(folders_in(folder), holds_images);
}

Dataset load_image_folder(const fs::path& folder) {
    const ImageParts parts = parts_of(folder);
    std::vector<std::string> names;
    for (const fs::path& class_folder : folders_in(parts.train)) names.push_back(class_folder.filename().string());
    if (names.empty() || names.size() > most_classes) {
        throw FormatError(parts.train.string() + ": " + std::to_string(names.size()) +
                          " folders; one a class is needed, 1 to " + std::to_string(most_classes));
    }
    const ImageList train = list_images(parts.train, names);
    const ImageList test = parts.test.empty() ? ImageList() : list_images(parts.test, names);
    if (!parts.test.empty() && test.samples.empty()) {
        throw FormatError(parts.test.string() +
                          ": the folder to test on holds no folder of a class; without classes it "
                          "cannot be tested on, and must go elsewhere");
    }
    ImageSize size = common_size(train.samples, std::nullopt);
    if (!test.samples.empty()) size = common_size(test.samples, size);
    Dataset dataset{.name = folder.string(),
                    .shape = {size.channels, size.height, size.width},
                    .classes = static_cast<std::uint32_t>(names.size()),
                    .white = 255.0,
                    .class_names = names,
                    .train = decode_all(train.samples, size, parts.train),
                    .test = decode_all(test.samples, size, parts.test)};
    remark_on_images(folder, names, train, parts.unread, dataset.remarks);
    return dataset;
}

}  // namespace espalier::data
