// One pass over each table that features read: which aggregates it computes and how far back it looks, as SQL. Only
// batch_sql.cc includes it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "records/features/batch_sql.h"
#include "records/features/sources.h"

namespace boon::features {

// What is read in one pass: a logical table by one of its times.
enum class Source { transactions, interactions, payments, paid, holdings, contacts };

struct SourceInfo {
    Source source;
    std::string_view alias;  // of the pass, and of its columns: `tx.a0`
    Table table;
    std::string_view at;
};
inline constexpr std::array kSources = {
    SourceInfo{Source::transactions, "tx", Table::transactions, "t.occurred_at"},
    SourceInfo{Source::interactions, "ia", Table::interactions, "t.occurred_at"},
    SourceInfo{Source::payments, "pay", Table::payments, "t.due_at"},
    SourceInfo{Source::paid, "paid", Table::payments, "t.paid_at"},
    SourceInfo{Source::holdings, "hold", Table::holdings, "t.started_at"},
    SourceInfo{Source::contacts, "con", Table::contacts, "t.sent_at"},
};
constexpr const SourceInfo& info(Source source) { return kSources[static_cast<std::size_t>(source)]; }

// One source of a feature's rows, and what of it belongs: `activity` has two.
struct Leg {
    Source source;
    std::string_view condition = {};
};
std::vector<Leg> legs_of(Table table);

class Passes {
public:
    Passes(const Moment& moment, const SqlOptions& options)
        : moment_(moment), options_(options), speech_(options.dialect) {}

    // The aggregate over the source, as a column of its pass; equal ones are computed once.
    std::string aggregated(Source source, std::string sql);
    // The pass must see rows of the last `days`; nothing = all time.
    void look_back(Source source, std::optional<std::int64_t> days);
    // A join that the pass's aggregates speak of; equal ones are made once.
    void join(Source source, std::string sql);

    [[nodiscard]] bool is_used(Source source) const { return !of(source).aggregates.empty(); }
    // SELECT of `key` (customer_id) and the aggregates a0, a1, ….
    [[nodiscard]] std::string sql(Source source) const;

private:
    struct Pass {
        std::vector<std::string> aggregates;
        std::vector<std::string> joins;
        std::int64_t oldest_window = 0;
        bool all_time = false;
    };
    [[nodiscard]] const Pass& of(Source source) const { return passes_[static_cast<std::size_t>(source)]; }
    Pass& of(Source source) { return passes_[static_cast<std::size_t>(source)]; }

    const Moment& moment_;
    const SqlOptions& options_;
    Speech speech_;
    std::array<Pass, kSources.size()> passes_;
};

}  // namespace boon::features
