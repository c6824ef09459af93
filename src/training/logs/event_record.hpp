#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The records of TensorBoard's event files, written and read without protobuf.
///
/// Source: tensorflow/core/lib/io/record_writer.cc (a record is its length in 8 bytes, the masked CRC-32C of these, the
/// data, the masked CRC-32C of the data; all little-endian) and tensorflow/core/util/event.proto, of which these fields
/// are used: wall_time = 1, step = 2, file_version = 3, summary = 5, session_log = 7.
namespace espalier::training {

/// A record around these bytes.
std::string record_of(std::string_view data);

/// What the first record of a file holds: file_version "brain.Event:2".
std::string version_event(double wall_time);

/// Numbers of one step by tag. Values are stored in single precision.
std::string scalars_event(double wall_time, std::int64_t step,
                          const std::vector<std::pair<std::string, double>>& values);

/// Says that what earlier files have of this step and later ones is void: a run that has been resumed goes on here.
std::string restart_event(double wall_time, std::int64_t step);

/// The record at a place of a file.
struct Record {
    std::string_view data;
    std::size_t end = 0;  ///< where the next one begins
};

/// @return  nothing where the file ends there, or in the midst of the record
/// @throws  FormatError where a checksum is wrong
std::optional<Record> read_record(std::string_view file, std::size_t begin);

/// The step of an event; 0 where it has none.
/// @throws FormatError where the data are cut short
std::int64_t step_of_event(std::string_view event);

}  // namespace espalier::training
