#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <espalier/training/run/run.hpp>

namespace espalier::sweep {

/// How far a run is, as one line that `run --progress-fd` writes: "step steps epoch epochs loss validation\n". Numbers
/// read back to the same bits; what is not known is "nan".
std::string progress_text(const training::RunProgress& progress);

/// Nothing where it is no such line.
std::optional<training::RunProgress> parse_progress(std::string_view line);

}  // namespace espalier::sweep
