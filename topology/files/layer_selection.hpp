#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace espalier::topology {

/// What users write where layers are to be chosen, as separate words: "a,b" is a and b, "@FILE" the lines of a text
/// file, empty ones left out. In a file a name may contain commas.
/// @throws ConfigError where the file holds no name or more than 16 MiB; IoError where it cannot be read
std::vector<std::string> layer_words(const std::string& text);

/// Whether a word means the layer of this name: by the name itself, by the name behind a number ("fc1" means
/// "000_fc1"), each also without a ".weight" at its end, or as a pattern for any of these ("layer*.conv?", see
/// base/files/glob.hpp).
bool means_layer(std::string_view word, const std::string& name);

/// Positions of the wanted layers among `names`, in the order of the words; all of them where there is no word. A word
/// means a layer as means_layer() says, the nearest meaning first, or by its position. A pattern means all layers it
/// matches, in the order of `names`, but for those that were taken before it.
/// @param where  what errors call the list: the file
/// @throws ConfigError naming the word that means no layer, the nearest name and what there is; a word that means
///         several layers and is no pattern; a layer that is selected twice
std::vector<std::size_t> selected_layers(const std::vector<std::string>& names, const std::vector<std::string>& words,
                                         const std::string& where);

/// The error of a word that means none of these layers.
[[noreturn]] void refuse_word(const std::string& word, const std::vector<std::string>& names, const std::string& where);

}  // namespace espalier::topology
