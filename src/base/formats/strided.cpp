#include <cstring>

#include <espalier/base/formats/strided.hpp>

namespace espalier {

std::vector<std::byte> gather_strided(std::span<const std::byte> data, const std::vector<std::size_t>& shape,
                                      const std::vector<std::size_t>& strides, std::size_t width) {
    std::size_t count = width;
    for (const std::size_t side : shape) count *= side;
    std::vector<std::byte> result(count);
    std::vector<std::size_t> index(shape.size(), 0);
    std::size_t from = 0;
    for (std::size_t to = 0; to < result.size(); to += width) {
        std::memcpy(result.data() + to, data.data() + from * width, width);
        for (std::size_t axis = shape.size(); axis-- > 0;) {  // an odometer whose last wheel turns fastest
            from += strides[axis];
            if (++index[axis] < shape[axis]) break;
            from -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    return result;
}

bool is_c_order(const std::vector<std::size_t>& shape, const std::vector<std::size_t>& strides) {
    std::size_t next = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        if (shape[axis] != 1 && strides[axis] != next) return false;
        next *= shape[axis];
    }
    return true;
}

}  // namespace espalier
