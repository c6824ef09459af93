#include <cmath>

#include <espalier/training/run/ticket_recorder.hpp>

namespace espalier::training {

double TicketRecorder::merit(const std::optional<Score>& validation) const {
    if (!choose_best_ || !validation) return 0.0;
    return trainer_.has_accuracy() ? validation->accuracy : -validation->loss;
}

void TicketRecorder::consider(const std::optional<Score>& validation, const Score& test) {
    const std::int64_t step = trainer_.step();
    const std::optional<std::int64_t> ticket = trainer_.phases().ticket(step);
    if (!trainer_.phases().have_begun(step)) return;
    if (!choose_best_ || !candidate_ || merit(validation) > candidate_->merit) {
        candidate_ = {step, merit(validation), validation ? validation->accuracy : std::nan(""), test.accuracy,
                      trainer_.density()};
    }
    if (!ticket) return;
    file_.append("tickets", step,
                 {{"ticket", *ticket},
                  {"snapshot", candidate_->step},
                  {"validation_accuracy", candidate_->validation_accuracy},
                  {"test_accuracy", candidate_->test_accuracy},
                  {"density", candidate_->density}});
    snapshots_.push_back(candidate_->step);
    candidate_.reset();
}

void TicketRecorder::save(CheckpointWriter& checkpoint) const {
    checkpoint.put("tickets", snapshots_);
    std::vector<double> numbers;  // none without a candidate
    if (candidate_) {
        numbers = {static_cast<double>(candidate_->step), candidate_->merit, candidate_->validation_accuracy,
                   candidate_->test_accuracy, candidate_->density};
    }
    checkpoint.put("ticket_candidate", numbers);
}

void TicketRecorder::load(const CheckpointReader& checkpoint) {
    snapshots_ = checkpoint.get<std::int64_t>("tickets");
    const auto numbers = checkpoint.get<double>("ticket_candidate");
    if (numbers.empty()) return;
    if (numbers.size() != 5)
        throw FormatError("checkpoint: ticket_candidate has not 5 numbers; start again with --force");
    candidate_ = {static_cast<std::int64_t>(numbers[0]), numbers[1], numbers[2], numbers[3], numbers[4]};
}

}  // namespace espalier::training
