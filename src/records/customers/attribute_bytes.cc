#include "records/customers/attribute_bytes.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

namespace boon::customers {

namespace {

using profiles::AttributeKind;
using profiles::AttributeValue;

static_assert(std::endian::native == std::endian::little);

constexpr std::uint32_t kNoText = 0xffffffff;
constexpr std::uint8_t kNoTruth = 2;
constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();

template <class T>
void append(std::string& bytes, T value) {
    const auto raw = std::bit_cast<std::array<char, sizeof(T)>>(value);
    bytes.append(raw.data(), raw.size());
}

void append(std::string& bytes, AttributeKind kind, const AttributeValue& value) {
    switch (kind) {
        case AttributeKind::text: {
            const auto* text = std::get_if<std::string_view>(&value);
            append(bytes, text == nullptr ? kNoText : static_cast<std::uint32_t>(text->size()));
            if (text != nullptr) bytes += *text;
            return;
        }
        case AttributeKind::number: {
            const auto* number = std::get_if<double>(&value);
            append(bytes, number == nullptr ? std::numeric_limits<double>::quiet_NaN() : *number);
            return;
        }
        case AttributeKind::boolean: {
            const auto* truth = std::get_if<bool>(&value);
            append(bytes, truth == nullptr ? kNoTruth : static_cast<std::uint8_t>(*truth));
            return;
        }
        case AttributeKind::time: {
            const auto* time = std::get_if<Timestamp>(&value);
            append(bytes, time == nullptr ? kNoTime : time->micros);
            return;
        }
    }
}

Result<db::Bytes> take(db::Bytes& rest, std::size_t count) {
    if (rest.size() < count) {
        return fail(
            ErrorCode::conflict, "what is kept of a customer's attributes ends too early",
            "read them again (boon features)"
        );
    }
    const db::Bytes taken = rest.first(count);
    rest = rest.subspan(count);
    return taken;
}

template <class T>
Result<T> take_as(db::Bytes& rest) {
    BOON_TRY(const db::Bytes taken, take(rest, sizeof(T)));
    T value{};
    std::memcpy(&value, taken.data(), sizeof value);
    return value;
}

}  // namespace

std::string attribute_bytes(const profiles::AttributeColumns& columns, std::span<const AttributeValue> values) {
    BOON_ASSERT(values.size() == columns.size());
    std::string bytes;
    for (std::size_t i = 0; i < columns.size(); ++i) append(bytes, columns[i].kind, values[i]);
    return bytes;
}

Result<AttributeValue> AttributeReader::next() {
    switch (columns_[column_++].kind) {
        case AttributeKind::text: {
            BOON_TRY(const auto length, take_as<std::uint32_t>(rest_));
            if (length == kNoText) return AttributeValue();
            BOON_TRY(const db::Bytes text, take(rest_, length));
            return AttributeValue(std::string_view(reinterpret_cast<const char*>(text.data()), text.size()));
        }
        case AttributeKind::number: {
            BOON_TRY(const auto number, take_as<double>(rest_));
            return std::isnan(number) ? AttributeValue() : AttributeValue(number);
        }
        case AttributeKind::boolean: {
            BOON_TRY(const auto truth, take_as<std::uint8_t>(rest_));
            return truth == kNoTruth ? AttributeValue() : AttributeValue(truth != 0);
        }
        case AttributeKind::time: break;
    }
    BOON_TRY(const auto micros, take_as<std::int64_t>(rest_));
    return micros == kNoTime ? AttributeValue() : AttributeValue(Timestamp{micros});
}

}  // namespace boon::customers
