#pragma once

#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <espalier/page/course.hpp>
#include <espalier/page/numbers.hpp>

namespace espalier::page {

/// Products that the decompositions of a page may take: inputs x outputs x the smaller of both, a layer; some 20 s.
inline constexpr double most_spectral_work = 2e10;

/// What is said of a layer's singular values.
struct Spectrum {
    std::vector<double> values;     ///< descending; empty where `reason` says why
    double bound = 0.0;             ///< the Ramanujan bound (definitions.md 6.9); NaN where it is not defined
    double sigma_2 = 0.0;           ///< without dead neurons
    std::string reason = {};        ///< why there are no values, or no bound
    double sigma_1 = std::nan("");  ///< known without `values` too, where there is a bound
    std::string gap_reason = {};    ///< why there is no bound
};

/// [chosen run][layer]
using Spectra = std::vector<std::vector<Spectrum>>;

/// Where the second singular value lies, and by how much.
std::string spectrum_sentence(const Spectrum& spectrum, const std::string& layer);

/// Singular values of every mask at the last moment of the chosen runs.
/// @param chosen  places in Course::runs
/// @param left_out  gets a line where decompositions would take too long
Spectra measure_spectra(const Course& course, const std::vector<std::size_t>& chosen,
                        std::vector<std::string>& left_out, const Tell& tell);

/// The same as bars.
/// @return {"runs", "layers", "spectra": [run][layer]{"from", "width", "bars", "bound", "seen", "reason"}}
Json spectra_json(const Course& course, const std::vector<std::size_t>& chosen, const Spectra& spectra);

}  // namespace espalier::page
