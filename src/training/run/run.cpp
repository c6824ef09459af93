#include <algorithm>
#include <cmath>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/config/callbacks.hpp>
#include <espalier/config/value.hpp>
#include <espalier/kernels/gemm.hpp>
#include <espalier/kernels/instruction_set.hpp>
#include <espalier/training/logs/run_log.hpp>
#include <espalier/training/plan/foresight.hpp>
#include <espalier/training/run/load_data.hpp>
#include <espalier/training/run/recorded_maps.hpp>
#include <espalier/training/run/result_fields.hpp>
#include <espalier/training/run/run.hpp>
#include <espalier/training/run/run_ranks.hpp>
#include <espalier/training/run/run_recorder.hpp>
#include <espalier/training/run/run_schedule.hpp>
#include <espalier/training/run/run_summary.hpp>
#include <espalier/training/run/starting.hpp>
#include <espalier/training/run/ticket_recorder.hpp>
#include <espalier/training/state/checkpoint.hpp>

namespace espalier::training {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_failure = 2000;

/// Checkpoints of earlier versions know the step alone.
ResumePoint resume_point(const CheckpointReader& checkpoint) {
    const auto step = checkpoint.scalar<std::int64_t>("step");
    if (!checkpoint.has("run_rows")) return step;
    return {step, checkpoint.scalar<std::int64_t>("run_rows"), checkpoint.scalar<std::int64_t>("run_snapshots")};
}

/// One run from its beginning or checkpoint to its end.
class Run {
  public:
    Run(const RunRequest& request, const data::Dataset& dataset)
        : request_(request),
          dataset_(dataset),
          run_path_(request.folder / "run.h5"),
          checkpoint_path_(checkpoint_file(run_path_)),
          trainer_(request.config, dataset, request.ranks, sharing_of(request)),
          schedule_(request.config, trainer_),
          file_(open()),
          logs_(request.config.training.log, request.folder, resumed_at(), [this] { return seconds(); }),
          recorder_(trainer_, file_, logs_, request.config.snapshots.weights),
          tickets_(request.config, trainer_, file_) {
        if (request.config.training.checkpoint_every != "auto") file_.keep_journal();
    }

    RunResult operator()() {
        try {
            begin();
            while (!trainer_.is_done() && !stopped_ && !is_asked_to_stop()) advance();
            return end();
        } catch (const NumericError& error) {
            fail(error);
            throw;
        } catch (const PeerError& error) {
            fail(error);
            throw;
        } catch (const PluginError& error) {
            fail(error);
            throw error.with("the run is marked failed, and can be resumed from its last checkpoint");
        }
    }

  private:
    /// The step that a resumed run goes on from.
    std::optional<std::int64_t> resumed_at() const {
        if (start_ != Start::resumed) return std::nullopt;
        return point_of_checkpoint().step;
    }

    /// What the folder holds is looked at under the lock alone: before, another process might change it.
    RunFile open() {
        WriterLock lock(run_path_);
        start_ = decide_start(run_path_, request_.resume, request_.force);
        if (request_.resume) {
            require_same_config(run_path_, read_run_summary(run_path_).info.config, request_.config_text);
        }
        if (start_ == Start::resumed) return RunFile::resume(std::move(lock), point_of_checkpoint(), request_.clock);
        check_logs(request_.config.training.log, request_.folder);
        std::vector<fs::path> obsolete = log_files(request_.folder);
        obsolete.push_back(checkpoint_path_);  // that of a run now replaced would not fit the new one
        return RunFile::create(
            std::move(lock),
            {request_.config.name, request_.config.seed, request_.version, request_.config_text, request_.environment,
             layer_infos(trainer_.network(), trainer_.plan()), recorded_sample(trainer_.plan().spec)},
            obsolete, request_.clock);
    }

    ResumePoint point_of_checkpoint() const {
        const CheckpointReader checkpoint(checkpoint_path_);
        const std::string config = checkpoint.config();  // those of earlier versions do not say
        if (!config.empty()) require_same_config(checkpoint_path_, config, request_.config_text);
        return resume_point(checkpoint);
    }

    bool is_asked_to_stop() {
        if (request_.ranks == nullptr) return request_.stop_requested();
        if (request_.stop_requested()) trainer_.ask_to_stop();
        return trainer_.is_asked_to_stop();
    }

    /// What was logged stays readable, and the last checkpoint is from before the trouble.
    void fail(const Error& error) {
        file_.finish("failed", {{failure_attribute, excerpt(one_line(error.what()), longest_failure)}});
    }

    void begin() {
        remove_stale_temporaries(checkpoint_path_, MadeOn::any);  // by now this process is the only writer
        if (start_ == Start::resumed) load_checkpoint();
        if (request_.ranks != nullptr) begin_together(*request_.ranks, trainer_, dataset_, resumed_at());
        file_.keep_inputs({trainer_.standardisation(), dataset_.selected});
        file_.begin_part(
            {trainer_.step(), kernels::to_string(kernels::instruction_set()), request_.version, threads()});
        if (start_ == Start::resumed) return;
        for (const std::string& text : request_.notices) request_.notice(text);
        if (request_.split_neurons && rank_count(request_.ranks) == 1)
            request_.notice("--split-neurons has no effect: there is one rank, which has all neurons");
        if (trainer_.weight_average() != nullptr) {
            request_.notice(
                "evaluations and snapshots are of weights averaged over the steps (training.weight_average = " +
                config::toml_text(request_.config.training.weight_average) +
                "); 'espalier export --unaveraged' gives the trained ones");
        }
        for (const std::string& text :
             without_effect(request_.config, trainer_.update_plan(), trainer_.plan(), trainer_.steps_per_epoch())) {
            request_.notice(text);
        }
        const std::int64_t blocks = request_.config.training.blocks / rank_count(request_.ranks);  // of this rank
        if (blocks > 1 && threads() > blocks) {
            request_.notice("training.blocks = " + std::to_string(request_.config.training.blocks) +
                            ": a block is one thread's, so that " + std::to_string(blocks) + " of " +
                            std::to_string(threads()) + " threads work at a step");
        }
        for (const std::string& note : trainer_.plan().file_notes) request_.notice(note);
        for (const std::string& remark : data_remarks(request_.config, dataset_)) request_.notice(remark);
        for (const sparsity::LayerAllotment& layer : trainer_.plan().layers) {
            if (!layer.note.empty()) request_.notice("layer " + layer.name + ": " + layer.note);
        }
        if (trainer_.update_plan().prunes_neurons_too_late()) {
            request_.notice("no neuron will be pruned: the first time after sparsity.importance_from = " +
                            request_.config.sparsity.importance_from.text() + " comes after the training's last step");
        }
        if (request_.config.tickets.method != "none" && trainer_.phases().count == 0) {
            request_.notice(
                "no ticket phases, a plain run: tickets.share = " + config::toml_text(request_.config.tickets.share) +
                " of " + std::to_string(request_.config.training.epochs) +
                " epochs is less than tickets.length = " + request_.config.tickets.length);
        }
        recorder_.evaluation();
        recorder_.snapshot();
        snapshots_.push_back(trainer_.step());
        recorder_.topology({});
        save();
    }

    /// One step and all that is due after it.
    void advance() {
        const Stopwatch start;
        trainer_.train_step();
        double stepping = start.seconds();
        const std::int64_t step = trainer_.step();
        const double loss = trainer_.epoch_sums().loss / static_cast<double>(trainer_.epoch_sums().samples);
        const bool epoch_ends = schedule_.ends_epoch();
        if (epoch_ends) recorder_.end_of_epoch(seconds());
        const bool evaluates = schedule_.evaluates();
        const bool takes_snapshot = schedule_.takes_snapshot();
        if (evaluates) recorder_.evaluation();
        if (takes_snapshot) {
            recorder_.snapshot();
            snapshots_.push_back(step);
        }
        if (evaluates && takes_snapshot) tickets_.consider(recorder_.last_validation(), *recorder_.last_test());
        if (trainer_.update_is_due()) {
            const Stopwatch update_start;
            const std::vector<LayerChange> changes = trainer_.update_topology();
            stepping += update_start.seconds();
            recorder_.topology(changes);
            tell_emptied(changes);
        }
        step_seconds_ += stepping;
        save_if_due(epoch_ends);
        report(loss);
        if (epoch_ends) call_back(loss);
    }

    void call_back(double loss) {
        config::EpochReport now{trainer_.step(), trainer_.total_steps(), trainer_.step() / trainer_.steps_per_epoch(),
                                request_.config.training.epochs, loss};
        if (const auto& score = recorder_.last_validation()) {
            now.validation_accuracy = score->accuracy;
            now.validation_loss = score->loss;
        }
        for (const std::string& name : request_.config.training.callbacks) {
            if (!find_named(config::callbacks(), name, "training.callbacks").at_epoch_end(now)) continue;
            if (!trainer_.is_done()) {
                request_.notice("ended by callback '" + name + "' after epoch " + std::to_string(now.epoch) +
                                "; --resume goes on");
            }
            stopped_ = true;
        }
        if (!request_.config.training.callbacks.empty()) stopped_ = as_first_says(request_.ranks, stopped_);
    }

    void tell_emptied(const std::vector<LayerChange>& changes) {
        for (const LayerChange& change : changes) {
            const nn::Network<float>& network = trainer_.network();
            if (change.dropped == 0 || network.weight(change.layer)->kept() > 0) continue;
            request_.notice("layer " + network.layer(change.layer).name() + ": keeps no weight after step " +
                            std::to_string(trainer_.step()) + ": nothing passes it but biases");
        }
    }

    void save_if_due(bool epoch_ends) {
        if (trainer_.is_done()) return;  // end() saves
        bool saves = schedule_.may_save(epoch_ends);
        if (saves && !schedule_.saves_at_fixed_times()) saves = is_cheap(save_cost_, saved_.seconds());
        if (trainer_.needs_help() && schedule_.may_save(epoch_ends)) saves = as_first_says(request_.ranks, saves);
        if (saves) {
            save();
        } else if (epoch_ends) {
            file_.publish_if_cheap();
        }
    }

    /// Run file first: whatever happens in between, the checkpoint never knows of rows that resuming would not find.
    void save() {
        const Stopwatch start(request_.clock);
        file_.commit(static_cast<double>(trainer_.step()) / static_cast<double>(trainer_.total_steps()));
        logs_.sync();
        write_checkpoint(checkpoint_path_, [&](CheckpointWriter& checkpoint) {
            checkpoint.put_config(request_.config_text);
            trainer_.save(checkpoint);
            recorder_.best().save(checkpoint);
            checkpoint.put_scalar("seconds", seconds());
            checkpoint.put_scalar("step_seconds", step_seconds_);
            checkpoint.put_scalar("loading_seconds", loading_seconds());
            checkpoint.put_scalar("run_rows", file_.rows());
            checkpoint.put_scalar("run_snapshots", static_cast<std::int64_t>(snapshots_.size()));
            tickets_.save(checkpoint);
            if (!dataset_.selected.empty()) checkpoint.put("features", dataset_.selected);
        });
        saved_ = Stopwatch(request_.clock);
        save_cost_ = start.seconds();
    }

    /// The configuration names a file of features, whose content may have changed since.
    void require_same_features(const CheckpointReader& checkpoint) const {
        if (dataset_.selected.empty() || checkpoint.get<std::uint32_t>("features") == dataset_.selected) return;
        throw ConfigError("--resume: " + request_.config.data.features +
                          " (data.features) holds other features than when the run was begun; restore it, or --force "
                          "to start again");
    }

    void load_checkpoint() {
        const CheckpointReader checkpoint(checkpoint_path_);
        require_same_features(checkpoint);
        trainer_.load(checkpoint);
        recorder_.best().load(checkpoint);
        earlier_seconds_ = checkpoint.scalar<double>("seconds");
        step_seconds_ = checkpoint.scalar<double>("step_seconds");
        // Checkpoints of earlier versions did not count it.
        if (checkpoint.has("loading_seconds")) earlier_loading_seconds_ = checkpoint.scalar<double>("loading_seconds");
        snapshots_ = file_.snapshot_steps();
        tickets_.load(checkpoint);
    }

    RunResult end() {
        if (!trainer_.is_done()) {
            save();
            file_.finish("interrupted");
            return result("interrupted");
        }
        save();
        RunResult done = result("finished");
        file_.finish("finished", facts_of(done));
        return done;
    }

    RunResult result(const std::string& status) {
        RunResult r;
        r.out = run_path_;
        r.status = status;
        r.seed = request_.config.seed;
        r.epochs = request_.config.training.epochs;
        r.steps = trainer_.step() - trainer_.first_step();
        const Score test = recorder_.last_test() ? *recorder_.last_test() : trainer_.test_score();
        r.test_accuracy = test.accuracy;
        r.test_loss = test.loss;
        r.has_accuracy = trainer_.has_accuracy();
        r.has_test = trainer_.has_test();
        if (trainer_.has_validation()) add_validation(r);
        r.density = trainer_.density();
        r.training_flops = trainer_.flops().training();
        r.training_flops_ratio = trainer_.flops().ratio();
        const auto multiply_adds = static_cast<double>(trainer_.multiply_adds());
        r.inference_flops = 2.0 * multiply_adds;
        r.inference_flops_ratio = multiply_adds / static_cast<double>(trainer_.plan().multiply_adds());
        r.backward_density = trainer_.backward_density();
        r.exploration_rate = trainer_.exploration_rate();
        r.exploration_reason = trainer_.exploration_reason();
        r.seconds = seconds();
        r.steps_per_second = step_seconds_ > 0.0 ? static_cast<double>(r.steps) / step_seconds_ : 0.0;
        r.loading_share = step_seconds_ > 0.0 ? loading_seconds() / step_seconds_ : 0.0;
        r.peak_rss_bytes = peak_rss_bytes();
        r.ranks = rank_count(request_.ranks);
        const auto done = static_cast<double>(std::max<std::int64_t>(1, trainer_.steps_done()));
        r.messages_per_step = static_cast<double>(trainer_.traffic().messages) / done;
        r.bytes_per_step = static_cast<double>(trainer_.traffic().bytes) / done;
        if (request_.ranks != nullptr) r.peak_rss_bytes_by_rank = tell_peak_memory(*request_.ranks);
        r.snapshots = snapshots_;
        r.tickets = tickets_.snapshots();
        return r;
    }

    void add_validation(RunResult& r) {
        const Score last = recorder_.last_validation() ? *recorder_.last_validation() : trainer_.validation_score();
        r.validation_loss = last.loss;
        if (r.has_accuracy) r.validation_accuracy = last.accuracy;
        const BestEvaluations::Entry* best = recorder_.best().at(trainer_.kept());
        if (best == nullptr) return;
        r.best_step = best->step;
        r.best_test_loss = best->test_loss;
        if (r.has_accuracy) r.best_test_accuracy = best->test_accuracy;
    }

    void report(double loss) {
        RunProgress progress{trainer_.step(),
                             trainer_.total_steps(),
                             (trainer_.step() - 1) / trainer_.steps_per_epoch() + 1,
                             request_.config.training.epochs,
                             loss,
                             std::nullopt,
                             trainer_.step() % trainer_.steps_per_epoch() == 0};
        if (recorder_.last_validation() && trainer_.has_accuracy())
            progress.validation_accuracy = recorder_.last_validation()->accuracy;
        if (recorder_.last_test() && trainer_.has_accuracy() && trainer_.has_test())
            progress.test_accuracy = recorder_.last_test()->accuracy;
        if (progress.ends_epoch) progress.density = trainer_.density();
        request_.observe(progress);
    }

    double seconds() const { return earlier_seconds_ + started_.seconds(); }
    double loading_seconds() const { return earlier_loading_seconds_ + trainer_.loading_seconds(); }

    const RunRequest& request_;
    const data::Dataset& dataset_;
    fs::path run_path_;
    fs::path checkpoint_path_;
    Trainer trainer_;
    RunSchedule schedule_;
    Start start_ = Start::anew;  // set by open()
    RunFile file_;
    RunLogs logs_;
    RunRecorder recorder_;
    TicketRecorder tickets_;
    bool stopped_ = false;  // by a callback
    std::vector<std::int64_t> snapshots_;

    Stopwatch started_;
    Stopwatch saved_{request_.clock};
    double save_cost_ = 0.0;
    double step_seconds_ = 0.0;
    double earlier_seconds_ = 0.0;
    double earlier_loading_seconds_ = 0.0;
};

/// One set for all products of a run: what two sets compute differs in the last bits.
void require_one_instruction_set() {
    const auto held = kernels::instruction_set_of_gemm();
    if (!held || *held == kernels::instruction_set()) return;
    throw Error("dense products of this process keep to instruction set " + kernels::to_string(*held) +
                ", with which it began, and this run is to use " + kernels::to_string(kernels::instruction_set()) +
                ": start it in a process of its own");
}

}  // namespace

RunResult run(const RunRequest& request) {
    require_one_instruction_set();
    const data::Dataset dataset = load_data(request.config);
    if (rank_of(request.ranks) > 0) return work_along(request, dataset);
    std::error_code failed;
    fs::create_directories(request.folder, failed);
    if (failed) throw IoError("cannot make the folder " + request.folder.string() + ": " + failed.message());
    return Run(request, dataset)();
}

}  // namespace espalier::training
