#pragma once

namespace espalier {

/// Empties a container and gives its memory back, which neither clear() nor assigning {} does.
template <class Container>
void release(Container& container) {
    Container().swap(container);
}

}  // namespace espalier
