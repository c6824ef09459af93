#pragma once

#include <string>

#include <espalier/training/run/run.hpp>

namespace espalier::report {

/// What `run --json` prints (docs/formats.md): one document.
std::string result_json(const training::RunResult& result);

/// The same for people.
std::string summary(const training::RunResult& result);

}  // namespace espalier::report
