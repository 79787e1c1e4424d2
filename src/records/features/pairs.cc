#include "records/features/pairs.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "records/features/matrix.h"
#include "records/features/sources.h"

namespace boon::features {

namespace {

constexpr std::array<std::string_view, kPairFeatures.size()> kWords = {
    "times this offer was sent",
    "times this offer was viewed",
    "times this offer was clicked",
    "times this offer converted",
    "days since this offer was last sent",
    "days since this offer was last viewed",
    "days since this offer last converted",
    "times an offer of this category was sent",
    "times an offer of this category was viewed",
    "times an offer of this category converted",
};

// `o`: what each offer's category was from when on. `e`: interactions, each with its offer's category at the time.
std::string offers_and_events(const ComputeOptions& options) {
    return fmt::format(
        "o AS MATERIALIZED (SELECT offer_id, coalesce(valid_from, TIMESTAMP '0001-01-01') AS valid_from, "
        "min(category) AS category FROM boon.offers GROUP BY ALL),\n"
        "e AS (SELECT t.customer_id, t.offer_id, t.kind, t.occurred_at, t.known_at, o.category\n"
        "  FROM {} t ASOF LEFT JOIN o ON o.offer_id = t.offer_id AND t.occurred_at >= o.valid_from)",
        rows_of(Table::interactions, options.unique_ids.contains(Table::interactions), Speech(sql::Dialect::duckdb))
    );
}

std::string point_in_time(const ComputeOptions& options) {
    const auto count = [](std::string_view column, std::string_view kind) {
        return fmt::format("count(*) FILTER (WHERE e.{0} = r.{0} AND e.kind = '{1}')", column, kind);
    };
    const auto days = [](std::string_view kind) {
        return fmt::format(
            "(epoch_us(any_value(r.as_of)) - epoch_us(max(e.occurred_at) FILTER (WHERE e.offer_id = r.offer_id "
            "AND e.kind = '{}'))) / 86400000000",
            kind
        );
    };
    const auto of_category = [&](std::string_view kind) {
        return fmt::format("CASE WHEN any_value(r.category) IS NOT NULL THEN {} END", count("category", kind));
    };
    const std::array items = {
        count("offer_id", "sent"),
        count("offer_id", "viewed"),
        count("offer_id", "clicked"),
        count("offer_id", "converted"),
        days("sent"),
        days("viewed"),
        days("converted"),
        of_category("sent"),
        of_category("viewed"),
        of_category("converted"),
    };
    static_assert(items.size() == kPairFeatures.size());
    std::string columns;
    for (const std::string& item : items) columns += fmt::format(",\n  CAST({} AS FLOAT)", item);
    // A row without events keeps one joined row of nulls, which no count and no maximum sees.
    return fmt::format(
        "WITH {},\nr AS (SELECT f.*, o.category FROM feature_rows f\n"
        "  ASOF LEFT JOIN o ON o.offer_id = f.offer_id AND f.as_of >= o.valid_from)\n"
        "SELECT r.row_id{}\nFROM r LEFT JOIN e ON e.customer_id = r.customer_id AND e.occurred_at < r.as_of "
        "AND e.known_at <= r.as_of\nGROUP BY r.row_id ORDER BY r.row_id",
        offers_and_events(options), columns
    );
}

std::string all_pairs(Timestamp as_of, const ComputeOptions& options) {
    const std::string instant = fmt::format("make_timestamp({})", as_of.micros);
    const auto count = [](std::string_view kind) { return fmt::format("count(*) FILTER (WHERE kind = '{}')", kind); };
    const auto last = [](std::string_view kind) {
        return fmt::format("max(occurred_at) FILTER (WHERE kind = '{}')", kind);
    };
    return fmt::format(
        "WITH {}\nSELECT customer_id, offer_id, coalesce(category, ''), {}, {}, {}, {}, {}, {}, {}\nFROM e\n"
        "WHERE occurred_at < {} AND known_at <= {}\nGROUP BY customer_id, offer_id, category\n"
        "ORDER BY customer_id, offer_id, category NULLS FIRST",
        offers_and_events(options), count("sent"), count("viewed"), count("clicked"), count("converted"), last("sent"),
        last("viewed"), last("converted"), instant, instant
    );
}

PairHistory history_at(const warehouse::Chunk& chunk, std::size_t row) {
    const auto whole = [&](std::size_t column) { return chunk.column(column).integer(row); };
    const auto time = [&](std::size_t column) -> std::optional<Timestamp> {
        if (chunk.column(column).is_null(row)) return std::nullopt;
        return Timestamp{whole(column)};
    };
    return {
        .offer_id = static_cast<OfferId>(whole(1)),
        .category = std::string(chunk.column(2).text(row)),
        .sent = whole(3),
        .viewed = whole(4),
        .clicked = whole(5),
        .converted = whole(6),
        .last_sent = time(7),
        .last_viewed = time(8),
        .last_converted = time(9),
    };
}

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

float days_since(std::optional<Timestamp> last, Timestamp as_of) {
    if (!last) return kMissing;
    return static_cast<float>(static_cast<double>(as_of.micros - last->micros) / static_cast<double>(kMicrosPerDay));
}

}  // namespace

std::span<const std::string_view> pair_words() { return kWords; }

Status compute_pairs(
    warehouse::Warehouse& warehouse, Timestamp as_of, const ComputeOptions& options,
    const std::function<Status(std::string_view customer_id, std::span<const PairHistory>)>& sink
) {
    std::string customer;
    std::vector<PairHistory> histories;
    const auto flush = [&]() -> Status {
        if (histories.empty()) return {};
        BOON_CHECK(sink(customer, histories));
        histories.clear();
        return {};
    };
    const auto take = [&](const warehouse::Chunk& chunk) -> Status {
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            const std::string_view next = chunk.column(0).text(row);
            if (next != customer) {
                BOON_CHECK(flush());
                customer = next;
            }
            histories.push_back(history_at(chunk, row));
        }
        return {};
    };
    BOON_CHECK(warehouse.for_each_chunk(all_pairs(as_of, options), take));
    return flush();
}

void pair_vector(
    std::span<const PairHistory> of_customer, OfferId offer, std::string_view category, Timestamp as_of,
    std::span<float> out
) {
    BOON_ASSERT(out.size() == kPairFeatures.size());
    PairHistory with_offer;
    PairHistory with_category;
    for (const PairHistory& h : of_customer) {
        if (h.offer_id == offer) {
            with_offer.sent += h.sent;
            with_offer.viewed += h.viewed;
            with_offer.clicked += h.clicked;
            with_offer.converted += h.converted;
            // An absent time is less than any.
            with_offer.last_sent = std::max(with_offer.last_sent, h.last_sent);
            with_offer.last_viewed = std::max(with_offer.last_viewed, h.last_viewed);
            with_offer.last_converted = std::max(with_offer.last_converted, h.last_converted);
        }
        if (!category.empty() && h.category == category) {
            with_category.sent += h.sent;
            with_category.viewed += h.viewed;
            with_category.converted += h.converted;
        }
    }
    const auto count = [](std::int64_t n) { return static_cast<float>(n); };
    const auto of_category = [&](std::int64_t n) { return category.empty() ? kMissing : count(n); };
    const std::array values = {
        count(with_offer.sent),
        count(with_offer.viewed),
        count(with_offer.clicked),
        count(with_offer.converted),
        days_since(with_offer.last_sent, as_of),
        days_since(with_offer.last_viewed, as_of),
        days_since(with_offer.last_converted, as_of),
        of_category(with_category.sent),
        of_category(with_category.viewed),
        of_category(with_category.converted),
    };
    std::ranges::copy(values, out.begin());
}

Result<Matrix> compute_pair_rows(
    warehouse::Warehouse& warehouse, std::string_view rows, const ComputeOptions& options
) {
    BOON_TRY(warehouse::Session session, warehouse.session());
    BOON_CHECK(stage_rows(session, rows, RowsOf::pairs));
    return read_matrix(session, point_in_time(options), kPairFeatures.size());
}

}  // namespace boon::features
