#pragma once

#include <functional>
#include <string>
#include <utility>

#include <espalier/base/files/files.hpp>

namespace espalier::testing {

/// A fault of the file system (inject_file_fault) for one scope, however it is left: a hook that outlived the variables
/// it looks at would meet the next test of the same process.
class FileFault {
  public:
    explicit FileFault(std::function<int(const std::string& operation)> fault) { inject_file_fault = std::move(fault); }
    FileFault(const FileFault&) = delete;
    FileFault& operator=(const FileFault&) = delete;
    ~FileFault() { inject_file_fault = nullptr; }
};

}  // namespace espalier::testing
