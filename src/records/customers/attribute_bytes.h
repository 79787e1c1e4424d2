// A customer's attributes as they are kept: the values one after the other in the order of the columns. A number is a
// double, a time its microseconds, a boolean one byte, text its length (four bytes) and its bytes; little-endian.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "platform/base/error.h"
#include "platform/db/param.h"
#include "records/profiles/attributes.h"

namespace boon::customers {

// One value a column. A value of another kind than its column's is kept as missing.
std::string attribute_bytes(
    const profiles::AttributeColumns& columns, std::span<const profiles::AttributeValue> values
);

// Reads them back, column by column. Both must outlive it.
class AttributeReader {
public:
    AttributeReader(const profiles::AttributeColumns& columns, db::Bytes bytes) : columns_(columns), rest_(bytes) {}

    // Of the next column, at most as often as there are columns. Text is borrowed from the bytes. `conflict` when the
    // bytes end before.
    Result<profiles::AttributeValue> next();

private:
    const profiles::AttributeColumns& columns_;
    db::Bytes rest_;
    std::size_t column_ = 0;
};

}  // namespace boon::customers
