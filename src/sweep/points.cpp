#include <algorithm>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/sweep/points.hpp>

namespace espalier::sweep {
namespace {

using config::Settings;

constexpr std::size_t longest_name = 200;

/// The command line cannot change what the sweep file says of each run.
void require_not_varied(const Settings& base, const config::Key& key, const std::string& place) {
    const auto given = base.places.find(key.name);
    if (given != base.places.end() && given->second == "--set") {
        throw ConfigError("--set: " + key.name + " is varied by the sweep: change it at " + place);
    }
}

void require_not_varied(const SweepFile& file, const Settings& base) {
    for (const Axis& axis : file.grid) require_not_varied(base, *axis.key, axis.place);
    for (const Variant& variant : file.variants) {
        for (const Override& value : variant.overrides) require_not_varied(base, *value.key, value.place);
    }
    if (!file.seeds.empty()) require_not_varied(base, config::find_key("seed"), "seeds");
    require_not_varied(base, config::find_key("name"), "name");
}

void require_countable(const SweepFile& file) {
    std::size_t count = std::max<std::size_t>(file.variants.size(), 1) * std::max<std::size_t>(file.seeds.size(), 1);
    for (const Axis& axis : file.grid) {
        count *= axis.values.size();
        if (count > most_points) {
            throw ConfigError(axis.place + ": the sweep has more than " + std::to_string(most_points) + " runs");
        }
    }
}

/// Walks through the product, depth by depth.
class Expansion {
  public:
    Expansion(const SweepFile& file, const Settings& base) : file_(file), base_(base) {}

    std::vector<Point> operator()() {
        if (file_.variants.empty()) add_grid(base_, {});
        for (const Variant& variant : file_.variants) {
            variant_ = variant.name;
            Settings settings = base_;
            for (const Override& value : variant.overrides) set(settings, value);
            add_grid(settings, {});
        }
        return std::move(points_);
    }

  private:
    void set(Settings& settings, const Override& value) const {
        config::put(settings, *value.key, value.value, value.place, file_.folder);
    }

    /// @param values  of the axes gone through so far
    void add_grid(const Settings& settings, const GridValues& values) {
        if (values.size() == file_.grid.size()) return add_seeds(settings, values);
        for (const Override& value : file_.grid[values.size()].values) {
            Settings next = settings;
            set(next, value);
            GridValues next_values = values;
            next_values.emplace_back(value.key->name, value.shown);
            add_grid(next, next_values);
        }
    }

    void add_seeds(Settings settings, const GridValues& values) {
        settings.config.name = variant_.empty() ? file_.name : variant_;
        if (file_.seeds.empty()) return add(settings, values);
        for (const std::int64_t seed : file_.seeds) {
            settings.config.seed = seed;
            add(settings, values);
        }
    }

    void add(const Settings& settings, const GridValues& values) {
        Point point{.name = point_name(variant_, values, settings.config.seed),
                    .variant = variant_,
                    .values = values,
                    .config = {}};
        try {
            point.config = config::resolve(settings);
        } catch (const ConfigError& error) {
            throw ConfigError(std::string(error.what()) + " (in the run " + point.name + ")");
        }
        require_own_folder(point);
        points_.push_back(std::move(point));
    }

    void require_own_folder(const Point& point) {
        if (point.name.size() > longest_name) {
            throw ConfigError("the folder " + point.name + " has more than " + std::to_string(longest_name) +
                              " bytes: make [[variants]] with short names of the long values");
        }
        if (!names_.insert(point.name).second) {
            throw ConfigError("two runs would have the folder " + point.name +
                              ": make [[variants]] with different names of the values that look alike");
        }
    }

    const SweepFile& file_;
    const Settings& base_;
    std::string variant_;
    std::vector<Point> points_;
    std::set<std::string> names_;
};

}  // namespace

std::vector<Point> expand(const SweepFile& file, const Settings& base) {
    require_not_varied(file, base);
    require_countable(file);
    return Expansion(file, base)();
}

}  // namespace espalier::sweep
