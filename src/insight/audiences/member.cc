#include "insight/audiences/member.h"

#include <array>
#include <cmath>

#include "platform/base/csv.h"

namespace boon::audiences {

namespace {

std::optional<std::string> text_of(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(std::string(text));
}

std::optional<double> rounded(double number, int decimals) {
    if (std::isnan(number)) return std::nullopt;
    const double scale = std::pow(10.0, decimals);
    return std::round(number * scale) / scale;
}

std::string cell(const std::string& text) { return csv_defused(text); }
std::string cell(const std::optional<std::string>& text) { return text ? csv_defused(*text) : std::string(); }
std::string cell(const std::optional<double>& number) {
    std::string text;
    if (number) json::append(text, *number);
    return text;
}

}  // namespace

AudienceMember member_of(const profiles::Profile& profile, const Currency& currency, Timestamp now) {
    AudienceMember member;
    member.customer_id = profile.customer_id;
    member.stage = text_of(profile.stage);
    member.value_segment = text_of(profile.value_segment);
    member.rfm_segment = text_of(profile.rfm_segment);
    if (profile.lifetime_value) member.lifetime_value = rounded(*profile.lifetime_value, currency.exponent());
    if (profile.standing == nullptr) return member;
    const profiles::Standing& standing = *profile.standing;
    if (member.stage) {
        const double days = static_cast<double>(now.micros - standing.stage_since) / static_cast<double>(kMicrosPerDay);
        member.days_in_stage = rounded(days, 2);
    }
    member.value_score = rounded(static_cast<double>(standing.value_score), 2);
    member.predicted_ltv = rounded(static_cast<double>(standing.predicted_ltv), currency.exponent());
    return member;
}

std::vector<AudienceMember> members_of(
    const profiles::Image& image, std::span<const std::uint32_t> rows, const Currency& currency, Timestamp now
) {
    std::vector<AudienceMember> members;
    members.reserve(rows.size());
    for (const std::uint32_t row : rows) members.push_back(member_of(image.at(row), currency, now));
    return members;
}

void append_member_header(std::string& csv) {
    std::vector<std::string> names;
    boost::mp11::mp_for_each<MembersOf<AudienceMember>>([&](auto described) { names.emplace_back(described.name); });
    append_csv_row(csv, names);
}

void append_member(std::string& csv, const AudienceMember& member) {
    std::vector<std::string> cells;
    boost::mp11::mp_for_each<MembersOf<AudienceMember>>([&](auto described) {
        cells.push_back(cell(member.*described.pointer));
    });
    append_csv_row(csv, cells);
}

}  // namespace boon::audiences
