#pragma once

#include <optional>
#include <string>
#include <vector>

#include <espalier/tickets/agreement.hpp>
#include <espalier/tickets/aligning.hpp>
#include <espalier/tickets/barrier.hpp>
#include <espalier/tickets/ticket_evaluation.hpp>
#include <espalier/tickets/ticket_overlap.hpp>
#include <espalier/topology/alignment/weight_matching.hpp>

namespace espalier::tickets {

struct ComparisonOptions {
    Part part = Part::test;   ///< where lines and predictions are scored
    std::size_t points = 11;  ///< on a line
    bool align = true;        ///< compare once more with the second ticket's units in the places of the first's
    AlignBy by = AlignBy::weights;
    Recalibration recalibration = Recalibration::batches;  ///< of every network on a line, both ends too
};

/// One ticket by itself.
struct TicketFacts {
    std::string label;
    double density = 0.0;
    training::Score test;
    std::optional<training::Score> validation;  ///< where examples are held out
    double calibration_error = 0.0;             ///< on the compared part, as the predictions are
};

/// What depends on which unit is where.
struct Placed {
    TicketOverlap overlap;
    double jaccard = 0.0;  ///< distance of the masks, the mean over layers
    std::vector<LinePoint> line;
    Barrier barrier;
};

/// Two tickets.
struct PairFacts {
    std::size_t first = 0;
    std::size_t second = 0;
    double nnstd = 0.0;                ///< sparse topology distance, the mean over layers
    std::vector<double> nnstd_layers;  ///< empty then
    Agreement agreement;
    Placed as_is;
    std::optional<Placed> aligned;
    std::optional<topology::Alignment> alignment;
};

/// Why some measures of residual networks are missing.
inline constexpr const char* no_chain_reason = "layers are no chain";

struct Comparison {
    std::vector<std::string> layers;  ///< names, as the first ticket has them
    std::vector<TicketFacts> tickets;
    std::vector<PairFacts> pairs;  ///< first < second, row by row
};

/// Compares every two of some tickets (definitions.md 4.3); without nnstd and alignment, which follow neurons from
/// layer to layer, where layers are no chain. Nothing is chosen here, so everything may be told of the test set.
/// @pre one architecture, one data set (architecture.hpp)
/// Cost: a pair 2 * points passes over the part, one topology distance and one alignment.
Comparison compare(const std::vector<Ticket>& tickets, const Evaluation& evaluation, const ComparisonOptions& options);

}  // namespace espalier::tickets
