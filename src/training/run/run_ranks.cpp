#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <sys/resource.h>

#include <espalier/base/formats/crc32c.hpp>
#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/run/run_ranks.hpp>
#include <espalier/training/run/run_schedule.hpp>
#include <espalier/training/state/checkpoint.hpp>

namespace espalier::training {
namespace {

constexpr std::int64_t from_the_start = -1;
constexpr std::size_t looked_at = std::size_t{1} << 20;

template <class T>
std::uint32_t sum_of(std::span<const T> numbers) {
    const auto bytes = std::as_bytes(numbers);
    return crc32c({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// Of examples: how many, labels, and the first and last values.
void add_examples(const data::Examples& examples, std::vector<std::uint64_t>& marks) {
    marks.push_back(examples.count);
    marks.push_back(sum_of(std::span(examples.labels)));
    std::visit(
        [&](const auto& values) {
            const std::size_t some = std::min(looked_at, values.size());
            marks.push_back(sum_of(std::span(values).first(some)));
            marks.push_back(sum_of(std::span(values).last(some)));
        },
        examples.values);
}

/// What all ranks must have alike, data first.
struct Holdings {
    std::vector<std::uint64_t> data;
    std::vector<std::uint64_t> weights;
};

Holdings holdings_of(Trainer& trainer, const data::Dataset& dataset) {
    Holdings found;
    add_examples(dataset.train, found.data);
    add_examples(dataset.test, found.data);
    found.data.push_back(sum_of(std::span(trainer.standardisation().scale)));
    found.data.push_back(sum_of(std::span(trainer.standardisation().shift)));
    found.weights.push_back(static_cast<std::uint64_t>(trainer.step()));
    for (const nn::ParameterEntry<float>& entry : trainer.network().table().entries()) {
        if (trainer.dealing() != nullptr && trainer.dealing()->node(entry.layer).is_dealt)
            continue;  // own neurons alone
        if (entry.weight != nullptr && !entry.weight->pattern().is_full())
            found.weights.push_back(sum_of(std::span(entry.weight->pattern().indices())));
        found.weights.push_back(sum_of(std::span<const float>(entry.parameter->values)));
    }
    return found;
}

void require_equal(Communicator& ranks, const std::vector<std::uint64_t>& marks, const std::string& trouble) {
    const std::vector<Message> all = gather(ranks, message_of(std::span<const std::uint64_t>(marks)));
    for (std::size_t rank = 1; rank < all.size(); ++rank) {
        if (all[rank] != all.front()) throw ConfigError("rank " + std::to_string(rank) + trouble);
    }
}

void require_equal_holdings(Communicator& ranks, Trainer& trainer, const data::Dataset& dataset) {
    const Holdings own = holdings_of(trainer, dataset);
    require_equal(ranks, own.data, " reads other data than rank 0: let all ranks read the same files");
    require_equal(ranks, own.weights,
                  " begins with other weights than rank 0: let all ranks run the same program and see the same folder");
}

/// What a rank other than 0 does, in the order in which rank 0 does it.
class WorkingAlong {
  public:
    WorkingAlong(const RunRequest& request, const data::Dataset& dataset)
        : request_(request),
          dataset_(dataset),
          ranks_(*request.ranks),
          trainer_(request.config, dataset, request.ranks, sharing_of(request)),
          schedule_(request.config, trainer_) {}

    RunResult operator()() {
        begin();
        while (!trainer_.is_done() && !stopped_) advance();
        trainer_.help_to_save();
        if (!has_evaluated_) result_scores();
        tell_peak_memory(ranks_);
        RunResult result;
        result.status = trainer_.is_done() ? "finished" : "interrupted";
        result.steps = trainer_.step() - trainer_.first_step();
        return result;
    }

  private:
    void begin() {
        const auto resumed = broadcast_number<std::int64_t>(ranks_, from_the_start);
        if (resumed != from_the_start) {
            const CheckpointReader checkpoint(checkpoint_file(request_.folder / "run.h5"));
            trainer_.load(checkpoint);
        }
        require_equal_holdings(ranks_, trainer_, dataset_);
        if (resumed != from_the_start) return;
        evaluate();
        help_to_snapshot();
        trainer_.help_to_save();
    }

    void help_to_snapshot() {
        if (trainer_.dealing() != nullptr) trainer_.collect_layers(request_.config.snapshots.weights);
    }

    void advance() {
        if (request_.stop_requested()) trainer_.ask_to_stop();
        trainer_.train_step();
        stopped_ = trainer_.is_asked_to_stop();
        const bool epoch_ends = schedule_.ends_epoch();
        if (epoch_ends) trainer_.start_epoch_sums();
        if (schedule_.evaluates()) evaluate();
        if (schedule_.takes_snapshot()) help_to_snapshot();
        if (trainer_.update_is_due()) trainer_.update_topology();
        if (!trainer_.is_done() && trainer_.needs_help() && schedule_.may_save(epoch_ends) &&
            as_first_says(&ranks_, false))
            trainer_.help_to_save();
        if (epoch_ends && !request_.config.training.callbacks.empty())
            stopped_ = as_first_says(&ranks_, false) || stopped_;
    }

    void evaluate() {
        has_evaluated_ = true;
        if (trainer_.has_validation()) trainer_.validation_score();
        trainer_.test_score();
    }

    /// What a result asks for where there was no evaluation.
    void result_scores() {
        trainer_.test_score();
        if (trainer_.has_validation()) trainer_.validation_score();
    }

    const RunRequest& request_;
    const data::Dataset& dataset_;
    Communicator& ranks_;
    Trainer trainer_;
    RunSchedule schedule_;
    bool stopped_ = false;
    bool has_evaluated_ = false;
};

}  // namespace

void begin_together(Communicator& ranks, Trainer& trainer, const data::Dataset& dataset,
                    std::optional<std::int64_t> resumed) {
    broadcast_number<std::int64_t>(ranks, resumed.value_or(from_the_start));
    require_equal_holdings(ranks, trainer, dataset);
}

RunResult work_along(const RunRequest& request, const data::Dataset& dataset) {
    return WorkingAlong(request, dataset)();
}

std::uint64_t peak_rss_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

std::vector<std::uint64_t> tell_peak_memory(Communicator& ranks) {
    const std::uint64_t own = peak_rss_bytes();
    std::vector<std::uint64_t> all;
    for (const Message& message : gather(ranks, message_of(std::span<const std::uint64_t>(&own, 1))))
        all.push_back(numbers_of<std::uint64_t>(message).at(0));
    return all;
}

Sharing sharing_of(const RunRequest& request) {
    if (request.split_neurons) return Sharing::neurons;
    return request.share_optimizer_state ? Sharing::samples_and_state : Sharing::samples;
}

bool as_first_says(Communicator* ranks, bool holds) {
    return ranks == nullptr ? holds : broadcast_number<std::uint8_t>(*ranks, holds ? 1 : 0) != 0;
}

}  // namespace espalier::training
