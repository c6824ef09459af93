#include <algorithm>
#include <array>
#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/training/logs/metric_table.hpp>

namespace espalier::training {
namespace {

template <class T>
T missing_value() {
    if constexpr (std::is_same_v<T, double>) return std::numeric_limits<double>::quiet_NaN();
    if constexpr (std::is_same_v<T, std::int64_t>) return -1;
    if constexpr (std::is_same_v<T, std::string>) return {};
}

Column column_like(const Cell& cell) {
    return std::visit([]<class T>(const T&) -> Column { return std::vector<T>(); }, cell);
}

Column column_of(hdf5::Type type, const std::string& where) {
    if (type == hdf5::Type::f64) return std::vector<double>();
    if (type == hdf5::Type::i64) return std::vector<std::int64_t>();
    if (type == hdf5::Type::text) return std::vector<std::string>();
    throw FormatError(where + ": a column of metrics holds float64, int64 or text");
}

hdf5::Type type_of(const Column& column) {
    constexpr std::array types = {hdf5::Type::f64, hdf5::Type::i64, hdf5::Type::text};
    return types.at(column.index());
}

void pad(Column& column, std::size_t rows) {
    std::visit([&]<class T>(std::vector<T>& values) { values.resize(rows, missing_value<T>()); }, column);
}

void put(Column& column, const Cell& cell, const std::string& name) {
    const auto* integer = std::get_if<std::int64_t>(&cell);
    auto* reals = std::get_if<std::vector<double>>(&column);
    if (integer != nullptr && reals != nullptr) {
        reals->push_back(static_cast<double>(*integer));
    } else if (column.index() == cell.index()) {
        std::visit([&]<class T>(std::vector<T>& values) { values.push_back(std::get<T>(cell)); }, column);
    } else {
        throw FormatError("metric '" + name + "' holds another kind of value than in the rows before");
    }
}

void append_all(hdf5::Dataset& dataset, const Column& column) {
    if (const auto* texts = std::get_if<std::vector<std::string>>(&column)) return dataset.append_text(*texts);
    if (const auto* reals = std::get_if<std::vector<double>>(&column)) return dataset.append(*reals);
    dataset.append(std::get<std::vector<std::int64_t>>(column));
}

/// A column that is new in a table with rows begins with missing values.
hdf5::Dataset open_column(hdf5::Group& table, const std::string& name, const Column& like, std::size_t rows) {
    if (table.exists(name)) return table.dataset(name);
    hdf5::Dataset dataset = table.create_column(name, type_of(like));
    Column missing = like;
    pad(missing, 0);
    pad(missing, rows);
    append_all(dataset, missing);
    return dataset;
}

Cell cell(const Column& column, std::size_t row) {
    return std::visit([&](const auto& values) -> Cell { return values[row]; }, column);
}

const std::vector<std::int64_t>& steps_of(const RowBlock& block) {
    const std::vector<std::int64_t>* steps = nullptr;
    for (const auto& [name, values] : block.columns) {
        if (name == "step") steps = std::get_if<std::vector<std::int64_t>>(&values);
    }
    if (steps == nullptr) throw FormatError("rows of metrics without their steps");
    const auto is_as_long = [&](const auto& column) {
        return std::visit([&](const auto& values) { return values.size() == steps->size(); }, column.second);
    };
    if (!std::ranges::all_of(block.columns, is_as_long)) throw FormatError("columns of metrics of different lengths");
    return *steps;
}

std::size_t rows_until(const hdf5::Group& table, std::int64_t step) {
    const auto steps = table.dataset("step").read<std::int64_t>();
    const auto later = std::find_if(steps.begin(), steps.end(), [&](std::int64_t row) { return row > step; });
    return static_cast<std::size_t>(later - steps.begin());
}

}  // namespace

MetricTable::MetricTable(const hdf5::Group& table, std::int64_t step) : written_(rows_until(table, step)) {
    const std::size_t rows = table.dataset("step").size();
    for (const std::string& name : table.children()) {
        hdf5::Dataset column = table.dataset(name);
        column.require_size(rows);
        column.truncate(written_);
        buffers_.push_back({name, column_of(column.type(), column.where())});
    }
}

MetricTable::Buffer& MetricTable::buffer(const std::string& name, const Cell& like) {
    const auto same = [&](const Buffer& buffer) { return buffer.name == name; };
    const auto found = std::find_if(buffers_.begin(), buffers_.end(), same);
    if (found != buffers_.end()) return *found;
    buffers_.push_back({name, column_like(like)});
    pad(buffers_.back().values, waiting_);
    return buffers_.back();
}

void MetricTable::fill_row() {
    ++waiting_;
    for (Buffer& column : buffers_) pad(column.values, waiting_);
}

void MetricTable::append(std::int64_t step, const std::vector<Entry>& row) {
    put(buffer("step", step).values, step, "step");
    for (const Entry& entry : row) put(buffer(entry.column, entry.value).values, entry.value, entry.column);
    fill_row();
}

RowBlock MetricTable::take_new() {
    RowBlock block{.first = written_ + taken_, .columns = {}};
    for (const Buffer& column : buffers_) {
        block.columns.emplace_back(column.name, std::visit(
                                                    [&]<class T>(const std::vector<T>& values) -> Column {
                                                        return std::vector<T>(
                                                            values.begin() + static_cast<std::ptrdiff_t>(taken_),
                                                            values.end());
                                                    },
                                                    column.values));
    }
    taken_ = waiting_;
    return block;
}

void MetricTable::add(const RowBlock& block, std::int64_t step) {
    const std::vector<std::int64_t>& steps = steps_of(block);
    if (block.first > rows()) throw FormatError("rows of metrics are missing");
    for (std::size_t row = rows() - block.first; row < steps.size() && steps[row] <= step; ++row) {
        std::vector<Entry> entries;
        for (const auto& [name, values] : block.columns) {
            if (name != "step") entries.push_back({name, cell(values, row)});
        }
        append(steps[row], entries);
    }
}

void MetricTable::write_to(hdf5::Group& table) {
    if (waiting_ == 0) return;
    for (Buffer& column : buffers_) {
        hdf5::Dataset dataset = open_column(table, column.name, column.values, written_);
        append_all(dataset, column.values);
        pad(column.values, 0);
    }
    written_ += waiting_;
    waiting_ = 0;
    taken_ = 0;
}

Column read_column(const hdf5::Dataset& column) {
    if (column.type() == hdf5::Type::f64) return column.read<double>();
    if (column.type() == hdf5::Type::i64) return column.read<std::int64_t>();
    if (column.type() == hdf5::Type::text) return column.read_text();
    throw FormatError(column.where() + ": a column of metrics holds float64, int64 or text");
}

}  // namespace espalier::training
