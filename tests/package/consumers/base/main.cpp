#include <iostream>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/patterns/pattern.hpp>

int main() {
    std::cout << espalier::Pattern::full(3, 4).edges() << " HDF5 " << espalier::hdf5::library_version() << '\n';
}
