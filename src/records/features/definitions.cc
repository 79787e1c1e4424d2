#include "records/features/definitions.h"

#include <algorithm>
#include <ranges>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/base/record.h"
#include "records/features/schema.h"
#include "records/features/validate.h"

namespace boon::features {

namespace {

using Values = std::map<std::string, std::vector<std::string>>;

// `Café crème` → `caf_cr_me`: what may stand in a feature's name.
std::string slug(std::string_view value) {
    std::string out;
    for (const char c : value) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain) {
            out += c;
        } else if (c >= 'A' && c <= 'Z') {
            out += static_cast<char>(c - 'A' + 'a');
        } else if (!out.empty() && out.back() != '_') {
            out += '_';
        }
    }
    while (out.ends_with('_')) out.pop_back();
    return out;
}

std::string filled(std::string_view pattern, std::string_view value) {
    std::string out(pattern);
    if (const auto at = out.find("{}"); at != std::string::npos) out.replace(at, 2, value);
    return out;
}

// A value as part of a name: short, and of its own among `taken`, whatever the data holds.
std::string name_part(const std::string& value, std::set<std::string>& taken) {
    constexpr std::size_t kLongest = 24;
    std::string part = slug(value);
    if (part.empty() || part.size() > kLongest || taken.contains(part)) {
        part = fmt::format("{}_{}", part.substr(0, kLongest), short_hash(value).substr(0, 6));
    }
    taken.insert(part);
    return part;
}

// A value as part of a phrase: cut where a character ends.
std::string phrase_part(std::string_view value) {
    constexpr std::size_t kLongest = 60;
    if (value.size() <= kLongest) return std::string(value);
    std::size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;
    return std::string(value.substr(0, end)) + "…";
}

Declaration for_value(const Declaration& pattern, const std::string& value, std::set<std::string>& taken) {
    Declaration one = pattern;
    one.for_each.reset();
    one.name = filled(pattern.name, name_part(value, taken));
    one.words = filled(pattern.words, phrase_part(value));
    Filter& filter = one.aggregate == Aggregate::share ? one.part : one.where;
    filter[pattern.for_each->column] = {json::Value(value)};
    return one;
}

// A declaration and where it stands in the text.
struct Placed {
    Declaration declaration;
    std::string pointer;
};

void expand(
    const Declaration& declaration, const std::string& pointer, const Values& values, std::vector<Placed>& out
) {
    if (!declaration.for_each) {
        out.push_back({declaration, pointer});
        return;
    }
    const ForEach& each = *declaration.for_each;
    const auto named = values.find(fmt::format("{}.{}", enum_name(declaration.from), each.column));
    const std::vector<std::string> none;
    std::set<std::string> taken;
    for (const std::string& value : each.values ? *each.values : named != values.end() ? named->second : none) {
        out.push_back({for_value(declaration, value, taken), pointer});
    }
}

void check_extra_columns(const ExtraColumns& columns, std::vector<FieldError>& mistakes) {
    for (const auto& [table, declared] : columns) {
        const std::string pointer = json::pointer_to("/columns", table);
        const auto known = enum_from<Table>(table);
        if (!known || *known == Table::activity) {
            mistakes.push_back({pointer, "is not a table"});
            continue;
        }
        for (const auto& [name, kind] : declared) {
            if (find_column(*known, name, {})) {
                mistakes.push_back({json::pointer_to(pointer, name), "is a standard column; it needs no declaration"});
            }
        }
    }
}

void check_fixed(const Document& document, std::vector<FieldError>& mistakes) {
    const auto declared = document.columns.find("customers");
    for (std::size_t i = 0; i < document.fixed.size(); ++i) {
        if (declared != document.columns.end() && declared->second.contains(document.fixed[i])) continue;
        mistakes.push_back({fmt::format("/fixed/{}", i), "is no column of customers that `columns` declares"});
    }
}

Error mistaken(std::vector<FieldError> mistakes) {
    Error error{ErrorCode::invalid, "the feature definitions are wrong", "docs/features.md says how they are written"};
    error.fields = std::move(mistakes);
    return error;
}

Document default_document() {
    auto document = json::read_text<Document>(default_definitions_json());
    BOON_ASSERT(document.has_value());
    return *std::move(document);
}

}  // namespace

Definitions Definitions::defaults(const Values& values) {
    Document document = default_document();
    document.values = values;
    auto definitions = from_document(document);
    BOON_ASSERT(definitions.has_value());
    return *std::move(definitions);
}

Result<Definitions> Definitions::from_json(std::string_view text) {
    auto value = json::parse(text);
    if (!value) return in_context("could not read the feature definitions", std::move(value).error());
    auto document = json::read<Document>(*value);
    if (!document) return std::unexpected(mistaken(std::move(document).error().fields));
    return from_document(*document);
}

Result<Definitions> Definitions::from_document(const Document& document) {
    std::vector<FieldError> mistakes;
    check_extra_columns(document.columns, mistakes);
    check_fixed(document, mistakes);

    std::vector<Placed> placed;
    if (document.include_defaults) {
        for (const Declaration& d : default_document().features)
            expand(d, "/include_defaults", document.values, placed);
    }
    for (std::size_t i = 0; i < document.features.size(); ++i) {
        expand(document.features[i], fmt::format("/features/{}", i), document.values, placed);
    }

    Definitions definitions;
    definitions.columns_ = document.columns;
    definitions.fixed_ = document.fixed;
    std::set<std::string, std::less<>> names;
    for (Placed& item : placed) {
        Checked checked = check_declaration(item.declaration, document.columns);
        for (FieldError& mistake : checked.mistakes) {
            mistakes.push_back({item.pointer + mistake.pointer, std::move(mistake.detail)});
        }
        if (!names.insert(item.declaration.name).second) {
            mistakes.push_back({item.pointer + "/name", fmt::format("\"{}\" is taken", item.declaration.name)});
        }
        definitions.features_.push_back(std::move(checked.feature));
    }
    if (placed.empty()) mistakes.push_back({"/features", "must not be empty"});
    if (placed.size() > kMaxFeatures) mistakes.push_back({"/features", fmt::format("are more than {}", kMaxFeatures)});
    if (!mistakes.empty()) return std::unexpected(mistaken(std::move(mistakes)));
    return definitions;
}

const Feature* Definitions::find(std::string_view name) const {
    const auto found = std::ranges::find(features_, name, &Feature::name);
    return found == features_.end() ? nullptr : &*found;
}

namespace {

// Its own name, and those of the columns that it reads.
std::vector<std::string> names_in(const Feature& feature) {
    const Declaration& d = feature.declaration;
    std::vector<std::string> names = {feature.name};
    std::ranges::copy(std::views::keys(d.where), std::back_inserter(names));
    std::ranges::copy(std::views::keys(d.part), std::back_inserter(names));
    if (d.column) names.push_back(*d.column);
    return names;
}

}  // namespace

Status Definitions::check_trainable(const std::set<std::string>& undated) const {
    std::set<std::string> refused;
    const auto own = columns_.find("customers");
    const auto is_undated = [&](const std::string& column) {
        const bool declared = own != columns_.end() && own->second.contains(column);
        return (declared || undated.contains(column)) && std::ranges::find(fixed_, column) == fixed_.end();
    };
    for (const Feature& feature : features_) {
        const Declaration& d = feature.declaration;
        for (const std::string& name : names_in(feature)) {
            if (is_serving_only(name)) refused.insert(name);
        }
        if (d.column && d.from == Table::customers && is_undated(*d.column)) refused.insert(*d.column);
    }
    if (refused.empty()) return {};
    return fail(
        ErrorCode::invalid,
        fmt::format("refused for training: {}: no date says when this was known", fmt::join(refused, ", ")),
        "take it out of the features to train on, or map dated events or dated snapshots instead; a column of "
        "customers that never changes may be declared so: \"fixed\": [\"income\"]"
    );
}

std::string Definitions::to_json() const {
    std::string text = R"({"columns":)";
    json::Codec<ExtraColumns>::write(text, columns_, {});
    text += ",\n\"fixed\":";
    json::Codec<std::vector<std::string>>::write(text, fixed_, {});
    text += ",\n\"features\":[";
    // One a line and without what is absent: people read and edit this.
    std::string_view separator = "\n";
    for (const Feature& feature : features_) {
        auto written = json::parse(json::write(feature.declaration));
        BOON_ASSERT(written.has_value() && written->is_object());
        json::Object line;
        for (const auto& member : written->as_object()) {
            const json::Value& value = member.value();
            const bool empty = value.is_null() || (value.is_object() && value.as_object().empty());
            if (!empty) line.emplace(member.key(), value);
        }
        text += separator;
        text += json::to_text(line);
        separator = ",\n";
    }
    return text + "\n]}\n";
}

}  // namespace boon::features
