#include <vector>

#include <espalier/data/cifar.hpp>
#include <espalier/data/cifar_pickles.hpp>

#include "fuzz_file.hpp"

namespace {

using namespace espalier;

/// The same bytes under all names that a version of CIFAR has.
class Files {
  public:
    Files(std::string_view bytes, const std::vector<std::string>& names) : file_(bytes, "input") {
        for (const std::string& name : names) {
            paths_.push_back(testing::folder_of_files() / name);
            std::filesystem::create_symlink(file_.path(), paths_.back());
        }
    }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;
    ~Files() {
        for (const std::filesystem::path& path : paths_) std::filesystem::remove(path);
    }

  private:
    testing::NamedFile file_;
    std::vector<std::filesystem::path> paths_;
};

std::vector<std::string> batches(const std::string& end) {
    std::vector<std::string> names = {"test_batch" + end};
    for (const char* number : {"1", "2", "3", "4", "5"}) names.push_back("data_batch_" + std::string(number) + end);
    return names;
}

}  // namespace

/// The input is every file of CIFAR-10 and CIFAR-100, in their binary and their Python version.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = testing::text_of(data, size);
    const std::filesystem::path& folder = testing::folder_of_files();
    {
        const Files files(bytes, batches(".bin"));
        testing::read_or_refuse([&] { data::load_cifar10(folder); });
    }
    {
        const Files files(bytes, batches(""));
        testing::read_or_refuse([&] { data::load_cifar10_pickles(folder); });
    }
    const Files files(bytes, {"train.bin", "test.bin", "train", "test"});
    testing::read_or_refuse([&] { data::load_cifar100(folder, "fine"); });
    testing::read_or_refuse([&] { data::load_cifar100_pickles(folder, "coarse"); });
    return 0;
}
