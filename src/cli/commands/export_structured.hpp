#pragma once

#include <string>

#include <espalier/tickets/ticket.hpp>

namespace espalier::cli {

/// `espalier export RUN --structured`, or with --merge-kernels.
struct StructuredExport {
    std::string network;
    std::string out;  ///< FILE.h5
    tickets::TicketOptions reading;
    std::string data;  ///< samples in place of the test set
    int threads = 0;
    std::size_t batch = 128;
    bool merges_kernels = false;
    bool keeps_masks = false;
    std::string recalibrate = "none";  ///< running statistics of the rebuilt network, of tickets::recalibrations()
    bool json = false;
};

/// Writes the network without the channels that it does not need, or with parallel kernels merged; what goes to stdout.
/// @throws ConfigError where the name of the file is none of a topology file
std::string exported_structured(const StructuredExport& options);

}  // namespace espalier::cli
