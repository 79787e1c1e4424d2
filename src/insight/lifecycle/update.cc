#include "insight/lifecycle/update.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/scoring/predict_many.h"
#include "platform/db/record.h"
#include "platform/storage/change_feed.h"
#include "records/profiles/base_order.h"
#include "records/profiles/standing_store.h"

namespace boon::lifecycle {

namespace {

constexpr double kLargeShare = 0.6;

std::optional<double> known(double value) { return std::isnan(value) ? std::nullopt : std::optional(value); }

// Some customers with what the models say of them.
struct Chunk {
    std::vector<profiles::Profile> profiles;
    std::vector<double> churn;
    std::vector<double> ltv;
    Timestamp as_of;

    [[nodiscard]] Facts facts(std::size_t i) const {
        const std::int64_t age = as_of.micros - profiles[i].computed_at.micros;
        return {
            .features = profiles[i].features,
            .age_days = static_cast<double>(age) / kMicrosPerDay,
            .churn_probability = known(churn[i]),
            .predicted_ltv = known(ltv[i]),
            .scores = profiles[i].scores,
            .attributes = profiles[i].attributes,
        };
    }
};

Chunk chunk_of(const Base& base, std::span<const std::uint32_t> rows) {
    Chunk chunk;
    chunk.as_of = base.as_of;
    std::vector<std::span<const float>> features;
    for (const std::uint32_t row : rows) {
        chunk.profiles.push_back(base.image.at(row));
        features.push_back(chunk.profiles.back().features);
    }
    chunk.churn = scoring::predict_many(base.churn, features);
    chunk.ltv = scoring::predict_many(base.ltv, features);
    return chunk;
}

std::optional<Place> place_of(const Stay* open) {
    return open == nullptr ? std::nullopt : std::optional(Place{open->stage, open->rule, open->entered_at});
}

std::optional<Override> override_of(const StageOverride* hand) {
    return hand == nullptr ? std::nullopt
                           : std::optional(Override{hand->stage, hand->author, hand->note, hand->expires_at});
}

template <class Map>
const typename Map::mapped_type* find_in(const Map& map, std::string_view key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

// A stay that begins at `at`.
Stay stay_of(const Base& base, const Decided& decided, std::string_view customer_id, Timestamp at) {
    return {
        .customer_id = std::string(customer_id),
        .entered_at = at,
        .exited_at = {},
        .stage = std::string(decided.stage),
        .rule = std::string(decided.rule),
        .reason = {},
        .rules_version = base.rules_version,
    };
}

profiles::StageRow row_of(const Base& base, const Decided& decided, const Stay& stay) {
    return {
        .customer_id = stay.customer_id,
        .stage = stay.stage,
        .stage_since = stay.entered_at,
        .stage_flags = base.rules.flag_text(decided.flags),
        .overridden = decided.overridden,
    };
}

// Whether the standing that serves says something else.
bool differs(const profiles::Image& image, const profiles::Profile& profile, const profiles::StageRow& row) {
    const profiles::Standing& standing = *profile.standing;
    const auto& names = image.standings().names().flags;
    std::string flags;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if ((static_cast<unsigned>(standing.flags) >> i & 1U) != 0) flags += (flags.empty() ? "" : ",") + names[i];
    }
    const bool overridden = (standing.marks & profiles::Standing::kOverridden) != 0;
    return profile.stage != row.stage || standing.stage_since != row.stage_since.micros || flags != row.stage_flags ||
           overridden != row.overridden;
}

// Which standings are written: those that the image does not have so, or all.
enum class Standings : std::uint8_t { changed, all };

// One chunk's work within its transaction.
class ChunkWriter {
public:
    ChunkWriter(db::Connection& connection, const Base& base, Checkpoint& counts, Standings standings)
        : connection_(connection), base_(base), counts_(counts), standings_(standings) {}

    Status write(const Chunk& chunk, const CustomerRange& range) {
        BOON_TRY(auto open, open_stays(connection_, range));
        BOON_TRY(const auto hands, overrides_in(connection_, range));
        BOON_CHECK(write(chunk, open, hands));
        return leave_all(open);
    }

    // Takes the stays of the chunk's customers out of `open`.
    Status write(const Chunk& chunk, StaysByCustomer& open, const OverridesByCustomer& hands) {
        for (std::size_t i = 0; i < chunk.profiles.size(); ++i) {
            const std::string_view id = chunk.profiles[i].customer_id;
            BOON_CHECK(decide(chunk, i, find_in(open, id), find_in(hands, id)));
            if (const auto found = open.find(id); found != open.end()) open.erase(found);
        }
        BOON_CHECK(move_many(connection_, moves_));
        return profiles::write_stages(connection_, rows_);
    }

    Status leave_all(const StaysByCustomer& gone) {
        std::vector<std::string> ids;
        for (const auto& [id, stay] : gone) {
            if (stay.entered_at > base_.as_of) continue;
            BOON_CHECK(leave(connection_, stay, base_.as_of));
            ids.push_back(id);
        }
        counts_.left_base += static_cast<std::int64_t>(ids.size());
        return profiles::drop_standings(connection_, ids);
    }

private:
    Status decide(const Chunk& chunk, std::size_t i, const Stay* open, const StageOverride* hand) {
        if (open != nullptr && open->entered_at > base_.as_of) {
            ++counts_.ahead;
            return {};
        }
        const profiles::Profile& profile = chunk.profiles[i];
        const Facts facts = chunk.facts(i);
        const auto by_hand = override_of(hand);
        const Decided decided = base_.rules.decide(facts, place_of(open), by_hand, base_.as_of);
        if (decided.held) ++counts_.held;
        Stay stay;
        if (decided.moves) {
            ++(open == nullptr ? counts_.entered : counts_.moved);
            stay = stay_of(base_, decided, profile.customer_id, base_.as_of);
            stay.reason = base_.rules.reason(decided, facts, by_hand);
            if (open != nullptr && open->entered_at == base_.as_of) {
                BOON_TRY(stay, move(connection_, *open, stay));
            } else {
                moves_.push_back({stay, open != nullptr});
            }
        } else if (open != nullptr) {  // who has no open stay moves into one
            stay = *open;
        }
        auto row = row_of(base_, decided, stay);
        if (standings_ == Standings::all || differs(base_.image, profile, row)) rows_.push_back(std::move(row));
        return {};
    }

    db::Connection& connection_;
    const Base& base_;
    Checkpoint& counts_;
    Standings standings_;
    std::vector<Move> moves_;
    std::vector<profiles::StageRow> rows_;
};

Status check_instant(const Base& base) {
    const Timestamp latest = profiles::latest_instant(base.image);
    if (latest <= base.as_of) return {};
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("stages of {} cannot follow from profiles of {}", to_string(base.as_of), to_string(latest)),
        "compute the features as of that time first (boon features --as-of), or ask for a later one"
    );
}

Status note_run(db::Connection& connection, const Base& base, const Checkpoint& end, Timestamp now) {
    BOON_CHECK(connection.execute(
        "insert into stage_runs (as_of, rules_version, customers, entered, moved, left_base, held, finished_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (as_of) do update set rules_version = excluded.rules_version, "
        "customers = excluded.customers, entered = excluded.entered, moved = excluded.moved, "
        "left_base = excluded.left_base, held = excluded.held, finished_at = excluded.finished_at",
        {base.as_of, base.rules_version, end.done, end.entered, end.moved, end.left_base, end.held, now}
    ));
    return storage::append_change(connection, profiles::kStandingChange, "", now);
}

}  // namespace

Result<Checkpoint> update_base(
    db::Database& database, const Base& base, const std::optional<Checkpoint>& resume, const Keep& keep, Timestamp now
) {
    BOON_CHECK(check_instant(base));
    const profiles::BaseOrder order(base.image);
    Checkpoint at{.as_of = base.as_of, .rules_version = base.rules_version};
    if (resume && resume->as_of == base.as_of && resume->rules_version == base.rules_version) at = *resume;
    auto rest = order.after(at.after);
    while (!rest.empty()) {
        const auto rows = order.chunk(rest);
        const Chunk chunk = chunk_of(base, rows);
        const std::string last(chunk.profiles.back().customer_id);
        // A unit of work may run twice, so it counts on a copy.
        BOON_TRY(at, database.write(db::Lane::batch, [&](db::Connection& connection) -> Result<Checkpoint> {
            Checkpoint next = at;
            next.after = last;
            next.done += static_cast<std::int64_t>(rows.size());
            BOON_CHECK(ChunkWriter(connection, base, next, Standings::changed).write(chunk, {at.after, last}));
            BOON_CHECK(keep(connection, next, order.size()));
            return next;
        }));
        rest = rest.subspan(rows.size());
    }
    BOON_TRY(at, database.write(db::Lane::batch, [&](db::Connection& connection) -> Result<Checkpoint> {
        Checkpoint end = at;
        BOON_TRY(const auto gone, open_stays(connection, {at.after, {}}));
        BOON_CHECK(ChunkWriter(connection, base, end, Standings::changed).leave_all(gone));
        BOON_CHECK(note_run(connection, base, end, now));
        return end;
    }));
    BOON_CHECK(profiles::pack(database, kStagePast));
    return at;
}

Result<Stay> update_customer(db::Connection& connection, const Base& base, std::size_t row, Timestamp now) {
    const std::vector<std::uint32_t> rows = {static_cast<std::uint32_t>(row)};
    const Chunk chunk = chunk_of(base, rows);
    const std::string_view id = chunk.profiles.front().customer_id;
    BOON_TRY(const auto open, open_stay(connection, id));
    BOON_TRY(const auto hand, find_override(connection, id));
    const Facts facts = chunk.facts(0);
    const auto by_hand = override_of(hand ? &*hand : nullptr);
    const Decided decided = base.rules.decide(facts, place_of(open ? &*open : nullptr), by_hand, now);
    Stay stay;
    if (decided.moves) {
        stay = stay_of(base, decided, id, now);
        stay.reason = base.rules.reason(decided, facts, by_hand);
        BOON_TRY(stay, move(connection, open, stay));
    } else {
        stay = *open;
    }
    BOON_CHECK(profiles::write_stages(connection, std::vector{row_of(base, decided, stay)}));
    BOON_CHECK(storage::append_change(connection, profiles::kStandingChange, id, now));
    return stay;
}

Status update_customers(db::Connection& connection, const Base& base, std::span<const std::uint32_t> rows) {
    const Chunk chunk = chunk_of(base, rows);
    std::vector<std::string_view> ids;
    for (const profiles::Profile& profile : chunk.profiles) ids.push_back(profile.customer_id);
    BOON_TRY(auto open, open_stays(connection, ids));
    BOON_TRY(const auto hands, overrides_of(connection, ids));
    Checkpoint counts;
    return ChunkWriter(connection, base, counts, Standings::all).write(chunk, open, hands);
}

namespace {

// What would become of customers, counted.
class PreviewCounts {
public:
    void add(const Decided& decided, const Stay* stay) {
        const std::string then(decided.stage);
        if (decided.held) ++counted_.held;
        if (stay != nullptr) ++counted_.now[stay->stage];
        ++counted_.then[then];
        if (!decided.moves) return;
        ++counted_.would_move;
        ++moves_[{stay == nullptr ? std::nullopt : std::optional(stay->stage), then}];
    }

    Preview finish(std::int64_t customers) && {
        counted_.customers = customers;
        for (const auto& [pair, moving] : moves_) counted_.moves.push_back({pair.first, pair.second, moving});
        std::ranges::stable_sort(counted_.moves, std::greater{}, &PreviewMove::customers);
        counted_.warnings = warnings_of(counted_.then);
        return std::move(counted_);
    }

private:
    Preview counted_;
    std::map<std::pair<std::optional<std::string>, std::string>, std::int64_t> moves_;
};

}  // namespace

Result<Preview> preview(db::Database& database, const Base& base) {
    PreviewCounts counts;
    const profiles::BaseOrder order(base.image);
    std::string after;
    for (auto rest = order.after(after); !rest.empty(); rest = order.after(after)) {
        const auto rows = order.chunk(rest);
        const Chunk chunk = chunk_of(base, rows);
        const std::string last(chunk.profiles.back().customer_id);
        BOON_TRY(const auto open, database.read([&](db::Connection& connection) {
            return open_stays(connection, {after, last});
        }));
        BOON_TRY(const auto hands, database.read([&](db::Connection& connection) {
            return overrides_in(connection, {after, last});
        }));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::string_view id = chunk.profiles[i].customer_id;
            const Stay* stay = find_in(open, id);
            const auto by_hand = override_of(find_in(hands, id));
            counts.add(base.rules.decide(chunk.facts(i), place_of(stay), by_hand, base.as_of), stay);
        }
        after = last;
    }
    return std::move(counts).finish(static_cast<std::int64_t>(base.image.size()));
}

std::vector<std::string> warnings_of(const std::map<std::string, std::int64_t>& customers_by_stage) {
    std::int64_t total = 0;
    for (const auto& [stage, customers] : customers_by_stage) total += customers;
    std::vector<std::string> warnings;
    for (const auto& [stage, customers] : customers_by_stage) {
        const double share = static_cast<double>(customers) / static_cast<double>(total);
        if (total == 0 || share <= kLargeShare) continue;
        warnings.push_back(fmt::format(
            "{:.0f} % of the customers are in {}: the rules hardly tell them apart; look at their limits", 100 * share,
            stage
        ));
    }
    return warnings;
}

}  // namespace boon::lifecycle
