#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/training/run/best_evaluations.hpp>

namespace espalier::training {
namespace {

template <class Member>
std::vector<Member> values_of(const std::vector<BestEvaluations::Entry>& entries,
                              Member BestEvaluations::Entry::*member) {
    std::vector<Member> values;
    for (const BestEvaluations::Entry& entry : entries) values.push_back(entry.*member);
    return values;
}

template <class Member>
void set_values(std::vector<BestEvaluations::Entry>& entries, Member BestEvaluations::Entry::*member,
                const std::vector<Member>& values) {
    if (values.size() != entries.size()) {
        throw FormatError("the checkpoint's best evaluations are not equally long; start again with --force");
    }
    for (std::size_t k = 0; k < entries.size(); ++k) entries[k].*member = values[k];
}

}  // namespace

void BestEvaluations::consider(const Entry& evaluation) {
    if (std::isnan(evaluation.merit)) return;
    const auto there = std::ranges::find(entries_, evaluation.kept, &Entry::kept);
    if (there == entries_.end()) {
        entries_.push_back(evaluation);
    } else if (evaluation.merit > there->merit) {
        *there = evaluation;
    }
}

const BestEvaluations::Entry* BestEvaluations::at(std::uint64_t kept) const {
    const auto there = std::ranges::find(entries_, kept, &Entry::kept);
    return there == entries_.end() ? nullptr : &*there;
}

void BestEvaluations::save(CheckpointWriter& checkpoint) const {
    checkpoint.put("best.kept", values_of(entries_, &Entry::kept));
    checkpoint.put("best.step", values_of(entries_, &Entry::step));
    checkpoint.put("best.merit", values_of(entries_, &Entry::merit));
    checkpoint.put("best.test_accuracy", values_of(entries_, &Entry::test_accuracy));
    checkpoint.put("best.test_loss", values_of(entries_, &Entry::test_loss));
}

void BestEvaluations::load(const CheckpointReader& checkpoint) {
    const auto kept = checkpoint.get<std::uint64_t>("best.kept");
    std::vector<Entry> loaded(kept.size());
    set_values(loaded, &Entry::kept, kept);
    set_values(loaded, &Entry::step, checkpoint.get<std::int64_t>("best.step"));
    set_values(loaded, &Entry::merit, checkpoint.get<double>("best.merit"));
    set_values(loaded, &Entry::test_accuracy, checkpoint.get<double>("best.test_accuracy"));
    set_values(loaded, &Entry::test_loss, checkpoint.get<double>("best.test_loss"));
    entries_ = std::move(loaded);
}

}  // namespace espalier::training
