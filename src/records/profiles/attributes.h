// What the records of customers say of them beside their behaviour: plan, country, consent. Resident beside the
// features, a column after the other: text as a number of its word (4 bytes a customer), numbers and times in full
// (8 bytes), booleans in one. An Attributes never changes; thread-safe to read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "records/profiles/standing.h"

namespace boon::profiles {

enum class AttributeKind { text, number, boolean, time };
BOOST_DESCRIBE_ENUM(AttributeKind, text, number, boolean, time)

struct AttributeColumn {
    std::string name;  // rules name it behind `attributes.`
    AttributeKind kind = AttributeKind::text;

    bool operator==(const AttributeColumn&) const = default;
};
BOOST_DESCRIBE_STRUCT(AttributeColumn, (), (name, kind))

using AttributeColumns = std::vector<AttributeColumn>;

// std::monostate: missing. Text is borrowed from whoever gave it.
using AttributeValue = std::variant<std::monostate, std::string_view, double, bool, Timestamp>;

class Attributes {
public:
    // Of nobody, without columns.
    Attributes();

    [[nodiscard]] const std::shared_ptr<const AttributeColumns>& columns() const { return columns_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    // Missing for a row behind the last: a customer who came since.
    [[nodiscard]] AttributeValue at(std::size_t row, std::size_t column) const;
    [[nodiscard]] std::size_t memory_bytes() const;

    // The same without the rows from `customers` on, after `moves`.
    [[nodiscard]] std::shared_ptr<const Attributes> cut(std::size_t customers, const Standings::Moves& moves) const;

private:
    friend class AttributesBuilder;

    // Of one column: the vector of its kind has a value a row.
    struct Values {
        AttributeKind kind = AttributeKind::text;
        std::vector<std::string> words;    // of text, by number
        std::vector<std::uint32_t> codes;  // of text
        std::vector<double> numbers;
        std::vector<std::uint8_t> truths;
        std::vector<std::int64_t> times;

        void resize(std::size_t rows);
        void move(const Standings::Move& move);
    };

    std::shared_ptr<const AttributeColumns> columns_;
    std::size_t size_ = 0;
    std::vector<Values> values_;
};

// A customer's attributes: a row of them.
struct AttributeRow {
    const Attributes* set = nullptr;  // null: nothing is known
    std::size_t row = 0;
};

// Fills an Attributes in place, in any order; what is not set is missing.
class AttributesBuilder {
public:
    AttributesBuilder(std::shared_ptr<const AttributeColumns> columns, std::size_t customers);

    // A value of another kind than the column's leaves what was there.
    void set(std::size_t row, std::size_t column, const AttributeValue& value);
    std::shared_ptr<const Attributes> finish() &&;

private:
    std::uint32_t code_of(std::size_t column, std::string_view word);

    std::shared_ptr<Attributes> made_;
    std::vector<std::map<std::string, std::uint32_t, std::less<>>> codes_;  // of text columns
};

}  // namespace boon::profiles
