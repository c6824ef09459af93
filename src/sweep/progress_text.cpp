#include <charconv>
#include <cmath>
#include <sstream>

#include <espalier/base/text/text.hpp>
#include <espalier/config/value.hpp>
#include <espalier/sweep/progress_text.hpp>

namespace espalier::sweep {
namespace {

template <class Number>
bool read(const std::string& word, Number& number) {
    const char* end = word.data() + word.size();
    const auto [stop, failed] = std::from_chars(word.data(), end, number);
    return failed == std::errc{} && stop == end;
}

}  // namespace

std::string progress_text(const training::RunProgress& progress) {
    std::ostringstream text;
    text << progress.step << ' ' << progress.total_steps << ' ' << progress.epoch << ' ' << progress.epochs << ' '
         << config::toml_text(progress.loss) << ' '
         << config::toml_text(progress.validation_accuracy.value_or(std::nan(""))) << '\n';
    return text.str();
}

std::optional<training::RunProgress> parse_progress(std::string_view line) {
    const std::vector<std::string> words = split(line, ' ');
    training::RunProgress progress;
    double validation = 0.0;
    const bool is_read = words.size() == 6 && read(words[0], progress.step) && read(words[1], progress.total_steps) &&
                         read(words[2], progress.epoch) && read(words[3], progress.epochs) &&
                         read(words[4], progress.loss) && read(words[5], validation);
    if (!is_read) return std::nullopt;
    if (!std::isnan(validation)) progress.validation_accuracy = validation;
    return progress;
}

}  // namespace espalier::sweep
