#include "records/profiles/attributes.h"

#include <cmath>
#include <limits>

namespace boon::profiles {

namespace {

constexpr std::uint32_t kNoWord = 0xffffffff;
constexpr std::uint8_t kNoTruth = 2;
constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();

}  // namespace

Attributes::Attributes() : columns_(std::make_shared<const AttributeColumns>()) {}

void Attributes::Values::resize(std::size_t rows) {
    switch (kind) {
        case AttributeKind::text: codes.resize(rows, kNoWord); return;
        case AttributeKind::number: numbers.resize(rows, std::numeric_limits<double>::quiet_NaN()); return;
        case AttributeKind::boolean: truths.resize(rows, kNoTruth); return;
        case AttributeKind::time: times.resize(rows, kNoTime); return;
    }
}

void Attributes::Values::move(const Standings::Move& move) {
    switch (kind) {
        case AttributeKind::text: codes[move.to] = codes[move.from]; return;
        case AttributeKind::number: numbers[move.to] = numbers[move.from]; return;
        case AttributeKind::boolean: truths[move.to] = truths[move.from]; return;
        case AttributeKind::time: times[move.to] = times[move.from]; return;
    }
}

AttributeValue Attributes::at(std::size_t row, std::size_t column) const {
    if (row >= size_) return {};
    const Values& values = values_[column];
    switch (values.kind) {
        case AttributeKind::text: {
            const std::uint32_t code = values.codes[row];
            return code == kNoWord ? AttributeValue() : AttributeValue(std::string_view(values.words[code]));
        }
        case AttributeKind::number: {
            const double number = values.numbers[row];
            return std::isnan(number) ? AttributeValue() : AttributeValue(number);
        }
        case AttributeKind::boolean: {
            const std::uint8_t truth = values.truths[row];
            return truth == kNoTruth ? AttributeValue() : AttributeValue(truth != 0);
        }
        case AttributeKind::time: {
            const std::int64_t micros = values.times[row];
            return micros == kNoTime ? AttributeValue() : AttributeValue(Timestamp{micros});
        }
    }
    return {};
}

std::size_t Attributes::memory_bytes() const {
    std::size_t bytes = 0;
    for (const Values& values : values_) {
        bytes += values.codes.capacity() * sizeof(std::uint32_t) + values.numbers.capacity() * sizeof(double) +
                 values.truths.capacity() + values.times.capacity() * sizeof(std::int64_t);
        for (const std::string& word : values.words) bytes += sizeof(std::string) + word.capacity();
    }
    return bytes;
}

std::shared_ptr<const Attributes> Attributes::cut(std::size_t customers, const Standings::Moves& moves) const {
    auto next = std::make_shared<Attributes>(*this);
    // A row behind the last, of whom nothing is known, can take the place of one that goes.
    std::size_t rows = size_;
    for (const Standings::Move& move : moves) rows = std::max(rows, move.from + 1);
    for (Values& values : next->values_) {
        values.resize(rows);
        for (const Standings::Move& move : moves) values.move(move);
        values.resize(std::min(customers, rows));
    }
    next->size_ = std::min(customers, rows);
    return next;
}

AttributesBuilder::AttributesBuilder(std::shared_ptr<const AttributeColumns> columns, std::size_t customers)
    : made_(std::make_shared<Attributes>()), codes_(columns->size()) {
    for (const AttributeColumn& column : *columns) {
        Attributes::Values& values = made_->values_.emplace_back();
        values.kind = column.kind;
        values.resize(customers);
    }
    made_->size_ = customers;
    made_->columns_ = std::move(columns);
}

std::uint32_t AttributesBuilder::code_of(std::size_t column, std::string_view word) {
    auto& codes = codes_[column];
    if (const auto known = codes.find(word); known != codes.end()) return known->second;
    auto& words = made_->values_[column].words;
    const auto code = static_cast<std::uint32_t>(words.size());
    words.emplace_back(word);
    codes.emplace(word, code);
    return code;
}

void AttributesBuilder::set(std::size_t row, std::size_t column, const AttributeValue& value) {
    Attributes::Values& values = made_->values_[column];
    switch (values.kind) {
        case AttributeKind::text:
            if (const auto* text = std::get_if<std::string_view>(&value)) values.codes[row] = code_of(column, *text);
            return;
        case AttributeKind::number:
            if (const auto* number = std::get_if<double>(&value)) values.numbers[row] = *number;
            return;
        case AttributeKind::boolean:
            if (const auto* truth = std::get_if<bool>(&value)) values.truths[row] = *truth ? 1 : 0;
            return;
        case AttributeKind::time:
            if (const auto* time = std::get_if<Timestamp>(&value)) values.times[row] = time->micros;
            return;
    }
}

std::shared_ptr<const Attributes> AttributesBuilder::finish() && { return std::move(made_); }

}  // namespace boon::profiles
