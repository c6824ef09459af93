#include <algorithm>

#include <espalier/nn/parameters/parameter_table.hpp>

namespace espalier::nn {

template <class T>
std::vector<Parameter<T>*> ParameterTable<T>::trained() const {
    std::vector<Parameter<T>*> found;
    for (const ParameterEntry<T>& entry : entries_) {
        if (entry.parameter->is_trained()) found.push_back(entry.parameter);
    }
    return found;
}

template <class T>
std::vector<ParameterEntry<T>> ParameterTable<T>::weights() const {
    std::vector<ParameterEntry<T>> found;
    std::ranges::copy_if(entries_, std::back_inserter(found),
                         [](const auto& entry) { return entry.weight != nullptr; });
    return found;
}

template <class T>
std::span<const ParameterEntry<T>> ParameterTable<T>::of(std::size_t layer) const {
    const auto begin = std::ranges::lower_bound(entries_, layer, {}, &ParameterEntry<T>::layer);
    const auto end = std::ranges::upper_bound(entries_, layer, {}, &ParameterEntry<T>::layer);
    return {begin, end};
}

template class ParameterTable<float>;
template class ParameterTable<double>;

}  // namespace espalier::nn
