#include <espalier/base/text/error.hpp>
#include <espalier/tickets/run_tickets.hpp>
#include <espalier/topology/files/topology_file.hpp>

namespace espalier::tickets {
namespace {

template <class Item>
const std::vector<Item>& column(const training::Columns& table, std::string_view name) {
    const auto found = table.find(std::string(name));
    const auto* items = found == table.end() ? nullptr : std::get_if<std::vector<Item>>(&found->second);
    if (items == nullptr)
        throw FormatError("/metrics/tickets has no column " + std::string(name) + " as docs/formats.md has it");
    return *items;
}

}  // namespace

std::vector<RunTicket> run_tickets(const training::RunSummary& run) {
    const auto found = run.metrics.find("tickets");
    if (found == run.metrics.end()) return {};
    const training::Columns& table = found->second;
    const auto& numbers = column<std::int64_t>(table, "ticket");
    std::vector<RunTicket> tickets;
    for (std::size_t row = 0; row < numbers.size(); ++row) {
        tickets.push_back({numbers[row], column<std::int64_t>(table, "step")[row],
                           column<std::int64_t>(table, "snapshot")[row],
                           column<double>(table, "validation_accuracy")[row],
                           column<double>(table, "test_accuracy")[row], column<double>(table, "density")[row]});
    }
    return tickets;
}

std::vector<std::string> tickets_of_run(const std::filesystem::path& run_file, Pretrained pretrained) {
    std::vector<std::string> labels = topology::ticket_labels(run_file, pretrained == Pretrained::included ? 0 : 1);
    if (!labels.empty()) return labels;
    throw ConfigError(
        run_file.string() +
        ": no snapshot is said to be a ticket; runs with tickets.method = \"sup_tickets\" or \"edst\" make "
        "some, of other runs name snapshots as run.h5@STEP");
}

}  // namespace espalier::tickets
