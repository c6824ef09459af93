#pragma once

#include <espalier/training/logs/run_log.hpp>

/// The entries of log_formats(), each in a source file of its own.
namespace espalier::training {

LogFormat jsonl_format();
LogFormat csv_format();
LogFormat tensorboard_format();

}  // namespace espalier::training
