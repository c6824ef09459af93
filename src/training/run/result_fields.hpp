#pragma once

#include <string>
#include <vector>

#include <espalier/training/logs/metric_table.hpp>
#include <espalier/training/run/run.hpp>

namespace espalier::training {

/// Where a run file keeps a result.
enum class InRunFile {
    no,             ///< its tables say it
    where_defined,  ///< what else there would be is no number
    always,         ///< with its reason where it is undefined
};

/// One number that a run ends with: what it is called and means wherever results are written or read.
struct ResultField {
    std::string name;  ///< "test_accuracy"
    std::string help;  ///< one line, no full stop
    bool is_count;     ///< a whole number
    bool is_common;    ///< tables of many runs show it
    InRunFile in_file;
    double (*value)(const RunResult& result);        ///< NaN where undefined
    std::string (*reason)(const RunResult& result);  ///< why it is undefined
};

/// In the order in which results are told.
const std::vector<ResultField>& result_fields();

/// What the run file keeps of a run that has ended.
std::vector<Entry> facts_of(const RunResult& result);

}  // namespace espalier::training
