#include "records/features/online.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>

#include "records/features/reading.h"

namespace boon::features {

namespace {

// A filter's value as the cell that has it.
std::int64_t cell_of(const json::Value& value) {
    if (const auto* text = value.if_string()) return text_cell({text->data(), text->size()});
    if (const bool* flag = value.if_bool()) return *flag ? 1 : 0;
    return value.as_int64();
}

constexpr std::array<std::string_view, 3> kStates = {"on_time", "late", "unpaid"};

}  // namespace

Result<Online> Online::make(Schema schema) {
    BOON_TRY(Calendar calendar, Calendar::make(schema.programme().time_zone));
    return Online(std::make_shared<const Schema>(std::move(schema)), std::move(calendar));
}

Online::Online(std::shared_ptr<const Schema> schema, Calendar calendar)
    : schema_(std::move(schema)), layout_(*schema_), calendar_(std::move(calendar)) {
    for (int i = 0; i < schema_->programme().currency_exponent; ++i) minor_units_ *= 10;
    std::size_t attributes = 0;
    for (const Feature& feature : schema_->features()) {
        compiled_.push_back(compile(feature));
        if (feature.declaration.from == Table::customers) compiled_.back().attribute = attributes++;
    }
}

Online::Demands Online::demands_of(const Declaration& declaration, const Filter& filter) const {
    Demands demands;
    for (const auto& [name, values] : filter) {
        Demand demand;
        const auto slot = layout_.slot(declaration.from, name);
        if (slot) {
            demand.slot = *slot;
        } else if (name == "state") {
            demand.of = Demand::Of::state;
        } else {
            demand.of = name == "active" ? Demand::Of::active : Demand::Of::days_late;
        }
        for (const json::Value& value : values) {
            if (demand.of != Demand::Of::state) {
                demand.values.push_back(cell_of(value));
                continue;
            }
            // A word that is no state meets nothing.
            const auto state = std::ranges::find(kStates, std::string_view(value.as_string()));
            demand.values.push_back(state - kStates.begin());
        }
        demands.push_back(std::move(demand));
    }
    return demands;
}

Online::Compiled Online::compile(const Feature& feature) const {
    const Declaration& d = feature.declaration;
    Compiled compiled;
    compiled.aggregate = d.aggregate;
    compiled.days = d.days;
    compiled.is_category = feature.kind == Kind::categorical;
    if (d.from == Table::customers) return compiled;
    if (d.from == Table::activity) {
        const Demand acts{
            Demand::Of::cell,
            *layout_.slot(Table::transactions, "type"),
            {text_cell("purchase"), text_cell("recharge"), text_cell("usage")}
        };
        compiled.legs = {
            {.table = Table::transactions, .by_until = false, .demands = {acts}, .not_automatic = false},
            {.table = Table::payments, .by_until = true, .demands = {}, .not_automatic = true},
        };
    } else {
        compiled.legs = {{.table = d.from, .by_until = false, .demands = demands_of(d, d.where)}};
        compiled.part = demands_of(d, d.part);
    }
    compiled.is_day = d.aggregate == Aggregate::distinct && d.column == "day";
    if (d.column && !compiled.is_day) {
        compiled.slot = layout_.slot(d.from, *d.column);
        compiled.is_days_late = !compiled.slot && *d.column == "days_late";
        compiled.kind = find_column(d.from, *d.column, schema_->definitions().columns())->kind;
    }
    return compiled;
}

std::vector<std::int64_t> Online::cells_of(const PostedRow& row) const {
    std::vector<std::int64_t> cells;
    for (const Column& column : layout_.columns(row.table)) {
        const auto value = std::ranges::find(row.values, column.name, &PostedValue::column);
        if (value == row.values.end()) {
            cells.push_back(kNoCell);
        } else {
            cells.push_back(value->text ? text_cell(*value->text) : value->whole.value_or(kNoCell));
        }
    }
    return cells;
}

void Online::add_bill(PastRows& bills, const PostedRow& message) const {
    const std::int64_t id = text_cell(message.business_id);
    const PastRow row{message.at, message.known_at, message.until, id};
    const auto cells = cells_of(message);
    const auto known = std::ranges::find(bills.rows, id, &PastRow::id);
    if (known == bills.rows.end()) {
        bills.rows.push_back(row);
        bills.cells.insert(bills.cells.end(), cells.begin(), cells.end());
        return;
    }
    const std::size_t width = cells.size();
    const auto own = bills.cells.begin() + (known - bills.rows.begin()) * static_cast<std::ptrdiff_t>(width);
    const auto rank = [&](const PastRow& bill, auto first) {
        const auto cell = [&](std::string_view name) {
            return first[static_cast<std::ptrdiff_t>(*layout_.slot(Table::payments, name))];
        };
        // As SQL sorts: what is not known comes last.
        const std::int64_t automatic = cell("automatic");
        return std::tuple(bill.known_at, bill.at, automatic == kNoCell, automatic, cell("amount"));
    };
    const std::int64_t until = known->until == kNoCell ? row.until
                               : row.until == kNoCell  ? known->until
                                                       : std::min(known->until, row.until);
    if (rank(row, cells.begin()) < rank(*known, own)) {
        *known = row;
        std::ranges::copy(cells, own);
    }
    known->until = until;
}

void Online::add(Past& past, std::span<const PostedRow> posted) const {
    for (const PostedRow& row : posted) {
        const std::int64_t seen = std::min(row.at, row.known_at);
        past.first_seen = past.first_seen == kNoCell ? seen : std::min(past.first_seen, seen);
        const std::size_t table = place_of(row.table);
        const std::int64_t from = past.counts_from[table];
        if (from != kNoCell && row.at < from) continue;
        PastRows& rows = past.tables[table];
        if (row.table == Table::payments) {
            add_bill(rows, row);
            continue;
        }
        const std::int64_t id = text_cell(row.business_id);
        if (std::ranges::find(rows.rows, id, &PastRow::id) != rows.rows.end()) continue;
        rows.rows.push_back({row.at, row.known_at, row.until, id});
        const auto cells = cells_of(row);
        rows.cells.insert(rows.cells.end(), cells.begin(), cells.end());
    }
}

std::vector<float> Online::vector(const Past& past, Timestamp as_of) const {
    std::vector<float> values(compiled_.size());
    fill(past, as_of, values);
    return values;
}

bool Online::fill(const Past& past, Timestamp as_of, std::span<float> out) const {
    BOON_ASSERT(out.size() == compiled_.size());
    Reading reading(*this, past, as_of.micros);
    for (std::size_t i = 0; i < compiled_.size(); ++i) out[i] = reading.value(compiled_[i], schema_->features()[i]);
    return reading.all_fit();
}

bool Online::reads(Table table) const {
    return std::ranges::any_of(compiled_, [&](const Compiled& feature) {
        return std::ranges::find(feature.legs, table, &Leg::table) != feature.legs.end();
    });
}

std::optional<Timestamp> Online::stale_at(const Past& past, Timestamp as_of) const {
    std::int64_t longest = 0;
    for (const Compiled& feature : compiled_) longest = std::max(longest, feature.days.value_or(0) * 2);
    const std::int64_t oldest = calendar_.start(as_of.micros, longest);
    bool changes = false;
    for (std::size_t i = 0; i < kPastTables.size(); ++i) {
        for (const PastRow& row : past.tables[i].rows) {
            const bool is_open = kPastTables[i] == Table::payments && row.until == kNoCell;
            changes = changes || is_open || row.at >= oldest || (row.until != kNoCell && row.until >= oldest);
        }
    }
    if (!changes) return std::nullopt;
    return Timestamp{calendar_.start(as_of.micros, -1)};
}

}  // namespace boon::features
