#include "records/catalog/sheet.h"

#include <algorithm>
#include <expected>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/base/csv.h"

namespace boon::catalog {

namespace {

using NameList = std::vector<std::string>;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
inline constexpr bool kIsNumber = (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) || std::is_same_v<T, Money>;
template <class T>
inline constexpr bool kIsText = std::is_same_v<T, std::string> || std::is_same_v<T, Timestamp> || DescribedEnum<T>;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// What a semicolon, or a reader that trims, would tear apart.
bool is_plain(const std::string& name) {
    return name.find(';') == std::string::npos && trimmed(name).size() == name.size() && !name.empty();
}

std::string list_cell(const NameList& value, const json::Context& context) {
    const bool plain = std::ranges::all_of(value, is_plain) && (value.empty() || !value.front().starts_with('['));
    return plain ? csv_defused(fmt::format("{}", fmt::join(value, ";"))) : json::write(value, context);
}

template <class T>
std::string cell_of(const T& value, const json::Context& context) {
    if constexpr (kIsOptional<T>) {
        return value ? cell_of(*value, context) : "";
    } else if constexpr (std::is_same_v<T, std::string>) {
        return csv_defused(value);
    } else if constexpr (std::is_same_v<T, Timestamp>) {
        return to_string(value);
    } else if constexpr (DescribedEnum<T>) {
        return std::string(enum_name(value));
    } else if constexpr (std::is_same_v<T, NameList>) {
        return list_cell(value, context);
    } else if constexpr (requires { value.empty(); }) {
        return value.empty() ? "" : json::write(value, context);
    } else {
        return json::write(value, context);
    }
}

// What a cell says in words that JSON has, or what it should have been.
using Cell = std::expected<json::Value, std::string>;

Cell number_in(std::string_view cell) {
    auto value = json::parse(trimmed(cell));
    if (value && value->is_number()) return *std::move(value);
    return std::unexpected(fmt::format("`{:.40}` is no number; write 1234.5", cell));
}

Cell flag_in(std::string_view cell) {
    std::string lower(trimmed(cell));
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (lower == "true" || lower == "yes" || lower == "1") return json::Value(true);
    if (lower == "false" || lower == "no" || lower == "0") return json::Value(false);
    return std::unexpected(fmt::format("`{:.40}` is neither true nor false", cell));
}

Cell json_in(std::string_view cell) {
    auto value = json::parse(cell);
    if (value) return *std::move(value);
    return std::unexpected(fmt::format("is not JSON: {}", value.error().message));
}

Cell names_in(std::string_view cell) {
    if (trimmed(cell).starts_with('[')) return json_in(cell);
    json::Array names;
    const std::string text = csv_restored(cell);
    std::string_view rest = text;
    while (true) {
        const auto end = rest.find(';');
        const std::string_view name = trimmed(rest.substr(0, end));
        if (!name.empty()) names.emplace_back(name);
        if (end == std::string_view::npos) return json::Value(std::move(names));
        rest.remove_prefix(end + 1);
    }
}

template <class T>
Cell value_in(const std::string& cell) {
    if constexpr (kIsOptional<T>) {
        return value_in<typename T::value_type>(cell);
    } else if constexpr (kIsText<T>) {
        return json::Value(csv_restored(cell));
    } else if constexpr (std::is_same_v<T, bool>) {
        return flag_in(csv_restored(cell));
    } else if constexpr (kIsNumber<T>) {
        return number_in(csv_restored(cell));
    } else if constexpr (std::is_same_v<T, NameList>) {
        return names_in(cell);
    } else {
        return json_in(cell);
    }
}

// What an empty cell says. nothing: the member stays as it is; a status that was left out shall not change it.
enum class Empty { text, null, nothing };

template <class T>
constexpr Empty empty_of() {
    if (std::is_same_v<T, std::string>) return Empty::text;
    if (kIsText<T> || kIsNumber<T> || std::is_same_v<T, bool>) return Empty::nothing;
    return Empty::null;
}

struct Column {
    std::string_view name;
    bool read_only = false;
    Empty empty = Empty::null;
    Cell (*read)(const std::string& cell) = nullptr;
};

const std::vector<Column>& columns() {
    static const std::vector<Column> all = [] {
        std::vector<Column> made;
        boost::mp11::mp_for_each<MembersOf<Offer>>([&](auto described) {
            using Member = std::remove_cvref_t<decltype(std::declval<Offer>().*described.pointer)>;
            const Field* field = field_of<Offer>(described.name);
            made.push_back({described.name, field != nullptr && field->read_only, empty_of<Member>(), value_in<Member>}
            );
        });
        return made;
    }();
    return all;
}

Result<std::vector<const Column*>> read_header(const CsvRow& row) {
    std::vector<const Column*> header;
    std::set<std::string_view> seen;
    Error error{ErrorCode::invalid, "the first line does not name the columns of offers"};
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const std::string_view name = trimmed(row.cells[i]);
        const auto column = std::ranges::find(columns(), name, &Column::name);
        const std::string place = fmt::format("column {}", i + 1);
        if (column == columns().end()) {
            error.fields.push_back({place, fmt::format("`{:.60}` is no field of an offer", name)});
        } else if (!seen.insert(column->name).second) {
            error.fields.push_back({place, fmt::format("`{}` is there twice", name)});
        } else {
            header.push_back(&*column);
        }
    }
    if (error.fields.empty()) return header;
    error.hint = "an export of the catalogue as CSV has every column";
    return std::unexpected(std::move(error));
}

ImportRow read_row(const CsvRow& row, const std::vector<const Column*>& header) {
    ImportRow out{.row = 0, .line = row.line, .value = json::Object()};
    if (const std::size_t cells = row.cells.size(); cells != header.size()) {
        const std::string_view plural = cells == 1 ? "" : "s";
        out.problems.push_back(
            {"", "", fmt::format("has {} cell{}, the first line has {}", cells, plural, header.size())}
        );
        return out;
    }
    json::Object& members = out.value.get_object();
    for (std::size_t i = 0; i < header.size(); ++i) {
        const Column& column = *header[i];
        if (column.read_only) continue;
        const std::string& cell = row.cells[i];
        if (cell.empty() && column.empty != Empty::text) {
            if (column.empty == Empty::null) members[column.name] = nullptr;
        } else if (Cell value = column.read(cell)) {
            members[column.name] = *std::move(value);
        } else {
            out.problems.push_back(
                {std::string(column.name), json::pointer_to("", column.name), std::move(value).error()}
            );
        }
    }
    return out;
}

}  // namespace

std::string to_csv(std::span<const Offer> offers, const Currency& currency) {
    const json::Context context{.currency = currency};
    std::string out;
    std::vector<std::string> cells;
    for (const Column& column : columns()) {
        if (!column.read_only) cells.emplace_back(column.name);
    }
    append_csv_row(out, cells);
    for (const Offer& offer : offers) {
        cells.clear();
        boost::mp11::mp_for_each<MembersOf<Offer>>([&](auto described) {
            const Field* field = field_of<Offer>(described.name);
            if (field != nullptr && field->read_only) return;
            cells.push_back(cell_of(offer.*described.pointer, context));
        });
        append_csv_row(out, cells);
    }
    return out;
}

std::string to_json_lines(std::span<const Offer> offers, const Currency& currency) {
    const json::Context context{.currency = currency};
    std::string out = "[";
    for (const Offer& offer : offers) {
        out += out.size() == 1 ? "\n{" : ",\n{";
        bool first = true;
        boost::mp11::mp_for_each<MembersOf<Offer>>([&](auto described) {
            const Field* field = field_of<Offer>(described.name);
            if (field != nullptr && field->read_only) return;
            if (!first) out += ',';
            first = false;
            json::append(out, std::string_view(described.name));
            out += ':';
            json::append_record(out, offer.*described.pointer, context);
        });
        out += '}';
    }
    return out + "\n]\n";
}

Result<std::vector<ImportRow>> read_csv(std::string_view text, std::size_t max_rows) {
    CsvReader reader(text, {.separator = csv_separator_of(text), .cell_bytes = kMaxCellBytes});
    BOON_TRY(const auto first, reader.next());
    if (!first) {
        return fail(ErrorCode::invalid, "the sheet is empty", "its first line names the columns: name, category, …");
    }
    BOON_TRY(const auto header, read_header(*first));
    std::vector<ImportRow> rows;
    while (true) {
        BOON_TRY(const auto row, reader.next());
        if (!row) return rows;
        if (rows.size() == max_rows) {
            return fail(
                ErrorCode::limited, fmt::format("the sheet has more than {} offers", max_rows), "import it in parts"
            );
        }
        rows.push_back(read_row(*row, header));
        rows.back().row = static_cast<std::int64_t>(rows.size());
    }
}

}  // namespace boon::catalog
