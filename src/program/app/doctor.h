// What an operator asks when something is wrong: each part of the instance examined, and what to do about it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"

namespace boon::app {

class App;

enum class Health { ok, warning, error };
BOOST_DESCRIBE_ENUM(Health, ok, warning, error)

struct Check {
    std::string part;  // settings, database, catalogue, warehouse, profiles, models, audit, disk
    Health health = Health::ok;
    std::string words;  // in English
    std::string hint;   // in English
    // The same for whoever says it in another language (docs/api.md); empty: there is the prose alone.
    std::string cause = {};
    std::map<std::string, std::string> facts = {};
};
BOOST_DESCRIBE_STRUCT(Check, (), (part, health, words, hint, cause, facts))

struct Examination {
    Timestamp examined_at;
    std::vector<Check> items;
    std::optional<std::string> next_cursor;  // none: all of them are here
};
BOOST_DESCRIBE_STRUCT(Examination, (), (examined_at, items, next_cursor))

// Offers written when the settings knew other stages or segments, or the profiles other variables: what they refer to
// selects nobody. One check each, in the order of their ids.
Result<std::vector<Check>> examine_offers(App& app);

// Reads all of the warehouse: takes seconds to minutes.
Result<std::vector<Check>> examine(App& app);

// Keeps the last examination for those who come soon after. Thread-safe: who comes while one goes on waits for it.
class Doctor {
public:
    explicit Doctor(App& app) : app_(app) {}

    // The last one, where it is at most so old; else a new one.
    Result<Examination> examine(std::int64_t max_age_s);

private:
    App& app_;
    std::mutex mutex_;
    std::optional<Examination> last_;  // under mutex_
};

}  // namespace boon::app

template <>
inline constexpr auto boon::kFields<boon::app::Check> = std::array{
    boon::Field{.name = "words", .doc = "in English; `cause` and `facts` say the same where there is a cause"},
    boon::Field{.name = "hint", .doc = "what to do about it, in English"},
    boon::Field{.name = "cause", .doc = "stable; empty where there is the prose alone"},
    boon::Field{.name = "facts", .doc = "what the words name, by `cause`"},
};
template <>
inline constexpr auto boon::kFields<boon::app::Examination> = std::array{
    boon::Field{.name = "examined_at", .doc = "when all this was so"},
};
