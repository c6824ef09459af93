#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/topology/assignment/similarity_rows.hpp>

namespace espalier::topology {

/// A column that a row may be matched with.
struct Candidate {
    std::uint32_t column;
    double similarity;
};

/// Of every row the columns worth a look, by similarity less the column's first price, and a bound on all others that
/// are not 0.
///
/// It stands for a matrix too large to keep: near an optimum a row has few columns to choose from, and the bound tells
/// when that was not enough. A list is complete where it holds every column of similarity above 0.
class CandidateLists {
  public:
    /// Reads every row twice, rows dealt to threads: for the first prices, and for lists of about `wanted` candidates.
    /// O(size^2 + what the rows cost); 16 bytes a candidate. `rows` must outlive the lists.
    explicit CandidateLists(const SimilarityRows& rows, std::size_t wanted = 32);

    /// Rows, and columns.
    std::size_t size() const { return lists_.size(); }
    /// [columns] the largest similarity of each.
    const std::vector<double>& first_price() const { return first_price_; }
    /// Columns ascending.
    std::span<const Candidate> row(std::size_t a) const { return lists_[a].candidates; }
    /// Whether the list of row a holds every column of similarity above 0.
    bool is_complete(std::size_t a) const { return lists_[a].is_complete; }
    /// No column outside the list of row a has a larger similarity less its first price. Of lists that are not
    /// complete.
    double rest(std::size_t a) const { return lists_[a].rest; }

    /// Reads a row whose list is not complete again and about doubles its list; complete after finitely many calls.
    void extend(std::size_t a);

  private:
    struct List {
        std::vector<Candidate> candidates;
        std::size_t wanted = 0;
        double rest = 0;
        bool is_complete = false;
    };
    void set_first_prices();
    List choose(std::size_t a, std::span<const double> line, std::size_t wanted) const;

    const SimilarityRows& rows_;
    std::vector<double> first_price_;
    std::vector<List> lists_;
};

}  // namespace espalier::topology
