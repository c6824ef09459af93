#include <algorithm>
#include <charconv>

#include <espalier/base/text/near_names.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>

namespace espalier::sparsity {
namespace {

bool read_number(const std::string& text, std::size_t& number) {
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && rest == end && number >= 1;
}

StructureNumbers numbers_of(const Structure& structure, const std::string& text) {
    const std::vector<std::string> parts = split(text, ',');
    StructureNumbers numbers{};
    if (parts.size() != 2 || !read_number(parts[0], numbers[0]) || !read_number(parts[1], numbers[1])) {
        throw ConfigError("must be written " + structure.name + " with two whole numbers of at least 1, as in \"" +
                          structure.id() + ":2,4\"");
    }
    if (structure.density != nullptr && structure.density(numbers) > 1.0) {
        throw ConfigError("must not keep more than there are: the first number is at most the second");
    }
    return numbers;
}

Init read_init(const std::string& text);

/// What stands behind "ratio_of:": something whose layers' counts are worth taking alone.
Init parse_ratio(const std::string& of) {
    Init init = read_init(of);
    if (init.saliency == nullptr && init.file.empty()) {
        throw ConfigError("must name behind 'ratio_of:' one of " + join(names_of(saliencies())) +
                          ", file:PATH; positions of '" + of + "' are random already, or a structure's");
    }
    init.ratio_only = true;
    return init;
}

Init read_init(const std::string& text) {
    constexpr std::string_view of_file = "file:";
    constexpr std::string_view of_ratio = "ratio_of:";
    if (text.starts_with(of_ratio)) return parse_ratio(text.substr(of_ratio.size()));
    if (text == "snip_ratio" || text == "grasp_ratio") return parse_ratio(text.substr(0, text.find('_')));
    if (text == of_file) throw ConfigError("must name a topology: \"file:PATH\", \"file:run.h5@STEP\"");
    if (text.starts_with(of_file)) return {.file = text.substr(of_file.size())};
    const auto saliency = std::ranges::find(saliencies(), text, &Saliency::name);
    if (saliency != saliencies().end()) return {.saliency = &*saliency};
    const auto distribution = std::ranges::find(distributions(), text, &Distribution::name);
    if (distribution != distributions().end()) return {.distribution = &*distribution};
    const std::size_t colon = text.find(':');
    const auto structure = std::ranges::find(structures(), text.substr(0, colon), &Structure::id);
    if (structure == structures().end() || (!structure->has_numbers() && colon != std::string::npos)) {
        throw ConfigError(not_known(text, init_forms()).substr(1));
    }
    if (!structure->has_numbers()) return {.structure = &*structure};
    return {.structure = &*structure,
            .numbers = numbers_of(*structure, colon == std::string::npos ? "" : text.substr(colon + 1))};
}

}  // namespace

Init parse_init(const std::string& text) {
    Init init = read_init(text);
    init.text = text;
    return init;
}

std::vector<std::string> init_forms() {
    std::vector<std::string> forms = names_of(distributions());
    for (const Structure& structure : structures()) forms.push_back(structure.name);
    for (const Saliency& saliency : saliencies()) forms.push_back(saliency.name);
    for (const char* form : {"snip_ratio", "grasp_ratio", "ratio_of:INIT", "file:PATH[@STEP]"})
        forms.emplace_back(form);
    return forms;
}

Pattern initial_mask(const Init& init, const Shape& shape, std::size_t kept, const Stream& stream) {
    const std::size_t inputs = positions(shape) / shape[0];
    if (init.structure == nullptr || kept == positions(shape)) return random_mask(shape[0], inputs, kept, stream);
    Stream drawing = stream;
    return init.structure->draw(shape, kept, init.numbers, drawing);
}

}  // namespace espalier::sparsity
