#include "records/features/passes.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boon::features {

std::vector<Leg> legs_of(Table table) {
    switch (table) {
        case Table::transactions: return {{Source::transactions}};
        case Table::interactions: return {{Source::interactions}};
        case Table::payments: return {{Source::payments}};
        case Table::holdings: return {{Source::holdings}};
        case Table::contacts: return {{Source::contacts}};
        case Table::activity:
            return {
                {Source::transactions, "t.type IN ('purchase', 'recharge', 'usage')"},
                {Source::paid, "t.automatic IS NOT TRUE"},
            };
        case Table::customers: break;
    }
    return {};
}

std::string Passes::aggregated(Source source, std::string sql) {
    std::vector<std::string>& aggregates = of(source).aggregates;
    const auto found = std::ranges::find(aggregates, sql);
    const auto place = found - aggregates.begin();
    if (found == aggregates.end()) aggregates.push_back(std::move(sql));
    return fmt::format("{}.a{}", info(source).alias, place);
}

void Passes::look_back(Source source, std::optional<std::int64_t> days) {
    Pass& pass = of(source);
    pass.all_time = pass.all_time || !days;
    pass.oldest_window = std::max(pass.oldest_window, days.value_or(0));
}

void Passes::join(Source source, std::string sql) {
    std::vector<std::string>& joins = of(source).joins;
    if (std::ranges::find(joins, sql) == joins.end()) joins.push_back(std::move(sql));
}

std::string Passes::sql(Source source) const {
    const Pass& pass = of(source);
    const SourceInfo& table = info(source);
    std::string items;
    for (std::size_t i = 0; i < pass.aggregates.size(); ++i) {
        items += fmt::format(",\n    {} AS a{}", pass.aggregates[i], i);
    }
    const std::string rows = rows_of(table.table, options_);
    std::string countable = fmt::format("{0} < {1} AND t.known_at <= {1}", table.at, moment_.as_of());
    if (!pass.all_time) countable += fmt::format(" AND {} >= {}", table.at, moment_.start(pass.oldest_window));
    const std::string joins = fmt::format("{}", fmt::join(pass.joins, ""));
    return fmt::format(
        "  SELECT t.customer_id AS key{}\n  FROM {} t{}\n  WHERE {}\n  GROUP BY t.customer_id", items, rows, joins,
        countable
    );
}

}  // namespace boon::features
