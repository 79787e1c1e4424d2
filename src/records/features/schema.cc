#include "records/features/schema.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <sodium.h>

#include "platform/base/record.h"

namespace boon::features {

struct StoredSchema {
    Programme programme;
    std::vector<std::string> columns;
    Dictionaries dictionaries;
    json::Value definitions;
};
BOOST_DESCRIBE_STRUCT(StoredSchema, (), (programme, columns, dictionaries, definitions))

namespace {

bool is_zone_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' ||
               c == '-' || c == '/';
    });
}

std::string column_name(const Feature& feature) { return fmt::format("{}@{}", feature.name, feature.hash); }

}  // namespace

std::string short_hash(std::string_view text) {
    // Safe to repeat, from any thread; it fails only where the machine has no randomness, which hashing does not need.
    [[maybe_unused]] const int ready = sodium_init();
    std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
    crypto_generichash(
        digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0
    );
    std::string hex;
    for (std::size_t i = 0; i < 8; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

Result<Schema> Schema::make(Definitions definitions, Programme programme, Dictionaries dictionaries) {
    if (!is_zone_name(programme.time_zone)) {
        return fail(
            ErrorCode::invalid, fmt::format("\"{}\" is not a time zone", programme.time_zone),
            "give an IANA name, such as UTC or Europe/Berlin"
        );
    }
    if (programme.currency_exponent < 0 || programme.currency_exponent > 4) {
        return fail(
            ErrorCode::invalid, fmt::format("a currency has 0 to 4 decimals, not {}", programme.currency_exponent)
        );
    }
    Schema schema;
    schema.definitions_ = std::move(definitions);
    schema.programme_ = std::move(programme);
    schema.dictionaries_ = std::move(dictionaries);
    StoredSchema stored{schema.programme_, schema.columns(), schema.dictionaries_, nullptr};
    schema.id_ = short_hash(json::write(stored));
    return schema;
}

std::string Schema::to_json() const {
    std::string text = R"({"programme":)";
    json::append_record(text, programme_);
    text += R"(,"columns":)";
    json::Codec<std::vector<std::string>>::write(text, columns(), {});
    text += R"(,"dictionaries":)";
    json::Codec<Dictionaries>::write(text, dictionaries_, {});
    text += fmt::format(R"(,"definitions":{}}})", definitions_.to_json());
    return text;
}

Result<Schema> Schema::from_json(std::string_view text) {
    BOON_TRY(StoredSchema stored, json::read_text<StoredSchema>(text));
    BOON_TRY(Definitions definitions, Definitions::from_json(json::to_text(stored.definitions)));
    BOON_TRY(Schema schema, make(std::move(definitions), std::move(stored.programme), std::move(stored.dictionaries)));
    const std::vector<std::string> now = schema.columns();
    for (std::size_t i = 0; i < std::max(now.size(), stored.columns.size()); ++i) {
        const std::string was = i < stored.columns.size() ? stored.columns[i] : "nothing";
        const std::string is = i < now.size() ? now[i] : "nothing";
        if (was == is) continue;
        return fail(
            ErrorCode::failed_precondition, fmt::format("feature {} was {} and is {}: its meaning changed", i, was, is),
            "compute the features again (boon features) and train again"
        );
    }
    return schema;
}

std::vector<std::string> Schema::columns() const {
    std::vector<std::string> names;
    for (const Feature& feature : features()) names.push_back(column_name(feature));
    return names;
}

Result<std::size_t> Schema::index_of(std::string_view column) const {
    const std::string_view name = column.substr(0, column.find('@'));
    const Feature* feature = definitions_.find(name);
    if (feature == nullptr) {
        return fail(
            ErrorCode::failed_precondition, fmt::format("there is no feature \"{}\"", name), "define it, or train again"
        );
    }
    if (column.size() > name.size() && column != column_name(*feature)) {
        return fail(
            ErrorCode::failed_precondition,
            fmt::format("feature \"{}\" was redefined: {} is wanted, {} is there", name, column, column_name(*feature)),
            "restore its definition, or train again"
        );
    }
    return static_cast<std::size_t>(feature - features().data());
}

float Schema::code_of(const Feature& feature, std::string_view category) const {
    constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
    const auto dictionary = dictionaries_.find(feature.name);
    if (dictionary == dictionaries_.end()) return kMissing;
    const auto found = std::ranges::find(dictionary->second, category);
    if (found == dictionary->second.end()) return kMissing;
    return static_cast<float>(found - dictionary->second.begin());
}

std::optional<std::string_view> Schema::category_of(const Feature& feature, float code) const {
    const auto dictionary = dictionaries_.find(feature.name);
    if (dictionary == dictionaries_.end() || std::isnan(code) || code < 0) return std::nullopt;
    const auto index = static_cast<std::size_t>(code);
    if (index >= dictionary->second.size()) return std::nullopt;
    return dictionary->second[index];
}

}  // namespace boon::features
