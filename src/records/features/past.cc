#include "records/features/past.h"

#include <algorithm>

namespace boon::features {

namespace {

constexpr std::uint8_t kForm = 1;  // raised when the bytes change their meaning

class Packer {
public:
    void byte(std::uint8_t value) { bytes_.push_back(static_cast<std::byte>(value)); }
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            byte(static_cast<std::uint8_t>(value | 0x80U));
            value >>= 7U;
        }
        byte(static_cast<std::uint8_t>(value));
    }
    // Near zero is short; wraps around, so that any difference fits.
    void difference(std::int64_t to, std::int64_t from) {
        const auto gap = static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
        number(gap << 1U ^ (gap >> 63U != 0 ? ~std::uint64_t{0} : 0));
    }
    void whole(std::int64_t value) {
        for (unsigned shift = 0; shift < 64; shift += 8) {
            byte(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
        }
    }
    void optional(std::int64_t value, std::int64_t near) {
        byte(value == kNoCell ? 0 : 1);
        if (value != kNoCell) difference(value, near);
    }
    std::vector<std::byte> finish() && { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
};

class Unpacker {
public:
    explicit Unpacker(std::span<const std::byte> bytes) : bytes_(bytes) {}

    std::uint8_t byte() {
        if (at_ >= bytes_.size()) {
            is_good_ = false;
            return 0;
        }
        return static_cast<std::uint8_t>(bytes_[at_++]);
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t next = byte();
            value |= static_cast<std::uint64_t>(next & 0x7fU) << shift;
            if (next < 0x80) return value;
        }
        is_good_ = false;
        return 0;
    }
    std::int64_t difference(std::int64_t from) {
        const std::uint64_t coded = number();
        const std::uint64_t gap = coded >> 1U ^ ((coded & 1U) != 0 ? ~std::uint64_t{0} : 0);
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + gap);
    }
    std::int64_t whole() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 8) value |= static_cast<std::uint64_t>(byte()) << shift;
        return static_cast<std::int64_t>(value);
    }
    std::int64_t optional(std::int64_t near) { return byte() == 0 ? kNoCell : difference(near); }
    // How many there may be of what takes at least a byte each.
    std::size_t count() {
        const std::uint64_t value = number();
        if (value > bytes_.size()) is_good_ = false;
        return is_good_ ? static_cast<std::size_t>(value) : 0;
    }
    [[nodiscard]] bool is_good() const { return is_good_; }
    [[nodiscard]] bool is_done() const { return is_good_ && at_ == bytes_.size(); }

private:
    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    bool is_good_ = true;
};

// Texts repeat: each is written once for a customer and table, then named by its place.
using Words = std::vector<std::int64_t>;

Words words_of(const PastRows& table) {
    Words words;
    for (const std::int64_t cell : table.cells) {
        const bool is_long = cell != kNoCell && (cell > (1LL << 40) || cell < -(1LL << 40));
        if (is_long && std::ranges::find(words, cell) == words.end()) words.push_back(cell);
    }
    return words;
}

void pack_cell(Packer& packer, const Words& words, std::int64_t cell) {
    if (cell == kNoCell) return packer.byte(0);
    const auto word = std::ranges::find(words, cell);
    if (word != words.end()) {
        packer.byte(1);
        packer.number(static_cast<std::uint64_t>(word - words.begin()));
    } else {
        packer.byte(2);
        packer.difference(cell, 0);
    }
}

void pack_rows(Packer& packer, const PastRows& table) {
    packer.number(table.rows.size());
    if (table.rows.empty()) return;
    const std::size_t width = table.cells.size() / table.rows.size();
    packer.number(width);
    const Words words = words_of(table);
    packer.number(words.size());
    for (const std::int64_t word : words) packer.whole(word);
    std::int64_t before = 0;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const PastRow& row = table.rows[i];
        packer.difference(row.at, before);
        packer.difference(row.known_at, row.at);
        packer.optional(row.until, row.at);
        packer.byte(row.id == 0 ? 0 : 1);
        if (row.id != 0) packer.whole(row.id);
        for (const std::int64_t cell : table.cells_of(i)) pack_cell(packer, words, cell);
        before = row.at;
    }
}

std::int64_t unpack_cell(Unpacker& unpacker, const Words& words, bool& is_good) {
    switch (unpacker.byte()) {
        case 0: return kNoCell;
        case 1: {
            const std::uint64_t place = unpacker.number();
            is_good = is_good && place < words.size();
            return is_good ? words[place] : kNoCell;
        }
        case 2: return unpacker.difference(0);
        default: is_good = false;
    }
    return kNoCell;
}

bool unpack_rows(Unpacker& unpacker, std::size_t width, PastRows& table) {
    const std::size_t count = unpacker.count();
    if (count == 0) return unpacker.is_good();
    if (unpacker.number() != width) return false;
    Words words(unpacker.count());
    for (std::int64_t& word : words) word = unpacker.whole();
    bool is_good = true;
    std::int64_t before = 0;
    for (std::size_t i = 0; i < count && is_good && unpacker.is_good(); ++i) {
        PastRow row;
        row.at = unpacker.difference(before);
        row.known_at = unpacker.difference(row.at);
        row.until = unpacker.optional(row.at);
        if (unpacker.byte() != 0) row.id = unpacker.whole();
        for (std::size_t cell = 0; cell < width; ++cell) {
            table.cells.push_back(unpack_cell(unpacker, words, is_good));
        }
        before = row.at;
        table.rows.push_back(row);
    }
    return is_good && unpacker.is_good();
}

}  // namespace

std::int64_t text_cell(std::string_view text) {
    // FNV-1a, then SplitMix64's finish, for bits that are all alike.
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash = (hash ^ (hash >> 30U)) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ (hash >> 27U)) * 0x94d049bb133111ebU;
    hash ^= hash >> 31U;
    const auto cell = static_cast<std::int64_t>(hash);
    return cell == kNoCell || cell == 0 ? 1 : cell;
}

Layout::Layout(const Schema& schema) {
    for (std::size_t i = 0; i < schema.size(); ++i) {
        const Declaration& d = schema.features()[i].declaration;
        if (d.from == Table::customers) {
            attributes_.push_back(i);
            continue;
        }
        if (d.from == Table::activity) {
            need(schema, Table::transactions, "type");
            continue;
        }
        for (const auto& [name, values] : d.where) need(schema, d.from, name);
        for (const auto& [name, values] : d.part) need(schema, d.from, name);
        if (d.column && !(d.aggregate == Aggregate::distinct && d.column == "day")) need(schema, d.from, *d.column);
    }
    // By these, messages about one bill become one.
    need(schema, Table::payments, "automatic");
    need(schema, Table::payments, "amount");
}

void Layout::need(const Schema& schema, Table table, std::string_view name) {
    if (slot(table, name)) return;
    const auto column = find_column(table, name, schema.definitions().columns());
    if (column && column->as_of_sql.empty()) columns_[place_of(table)].push_back(*column);
}

std::optional<std::size_t> Layout::slot(Table table, std::string_view name) const {
    const auto& columns = columns_[place_of(table)];
    const auto found = std::ranges::find(columns, name, &Column::name);
    if (found == columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns.begin());
}

std::vector<std::byte> pack(const Past& past) {
    Packer packer;
    packer.byte(kForm);
    packer.byte(past.is_listed ? 1 : 0);
    packer.optional(past.first_seen, 0);
    packer.number(past.attributes.size());
    for (const std::int64_t attribute : past.attributes) packer.whole(attribute);
    for (const std::int64_t from : past.counts_from) packer.optional(from, 0);
    for (const PastRows& table : past.tables) pack_rows(packer, table);
    return std::move(packer).finish();
}

Result<Past> unpack(std::span<const std::byte> bytes, const Layout& layout) {
    Past past;
    Unpacker unpacker(bytes);
    bool is_good = unpacker.byte() == kForm;
    past.is_listed = unpacker.byte() != 0;
    past.first_seen = unpacker.optional(0);
    past.attributes.resize(unpacker.count());
    is_good = is_good && past.attributes.size() == layout.attributes().size();
    for (std::int64_t& attribute : past.attributes) attribute = unpacker.whole();
    for (std::int64_t& from : past.counts_from) from = unpacker.optional(0);
    for (std::size_t i = 0; i < kPastTables.size() && is_good; ++i) {
        is_good = unpack_rows(unpacker, layout.columns(kPastTables[i]).size(), past.tables[i]);
    }
    if (is_good && unpacker.is_done()) return past;
    return fail(ErrorCode::conflict, "a customer's past is not in the form of the features", "compute it again");
}

}  // namespace boon::features
