// What is told of a member of an audience: in samples, pages, exports.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "records/profiles/table.h"

namespace boon::audiences {

struct AudienceMember {
    std::string customer_id;
    std::optional<std::string> stage;
    std::optional<double> days_in_stage;
    std::optional<std::string> value_segment;
    std::optional<double> value_score;
    std::optional<std::string> rfm_segment;
    std::optional<double> lifetime_value;
    std::optional<double> predicted_ltv;
};
BOOST_DESCRIBE_STRUCT(
    AudienceMember, (),
    (customer_id, stage, days_in_stage, value_segment, value_score, rfm_segment, lifetime_value, predicted_ltv)
)

// Days and scores to two decimals, amounts to those of the currency.
AudienceMember member_of(const profiles::Profile& profile, const Currency& currency, Timestamp now);
std::vector<AudienceMember> members_of(
    const profiles::Image& image, std::span<const std::uint32_t> rows, const Currency& currency, Timestamp now
);

// Their names as the first line (`header`), then a line a member; text that a spreadsheet would run is defused.
void append_member_header(std::string& csv);
void append_member(std::string& csv, const AudienceMember& member);

}  // namespace boon::audiences

template <>
inline constexpr auto boon::kFields<boon::audiences::AudienceMember> = std::array{
    boon::Field{.name = "stage", .doc = "null: not worked out"},
    boon::Field{.name = "days_in_stage", .doc = "at the instant that was asked for"},
    boon::Field{.name = "lifetime_value", .doc = "realised, net of returns"},
};
