// What the commands about offers share: which offers are meant, and how changes are shown.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/base/json.h"
#include "program/cli/command.h"

namespace boon::cli {

// The filters of `GET /offers`, as options of the same names.
class OfferFilters {
public:
    void add_to(CLI::App& command);

    [[nodiscard]] bool empty() const { return values_.empty(); }
    // `&status=live&tag=a,b`
    [[nodiscard]] std::string query() const;
    // As `POST /offers:bulk` takes them.
    [[nodiscard]] json::Object object() const;

private:
    std::map<std::string, std::string, std::less<>> values_;
};

// `name=value` options as a patch: values are JSON where they can be read as JSON, else text.
Result<json::Object> patch_of(const std::vector<std::string>& settings);

// A report of an import or a bulk edit for a person, row by row, then in one line.
void print_report(const Terminal& terminal, const json::Value& report);

// `weight: 1 → 2`
std::string change_text(const json::Value& change);

// The commands of `boon offers` that change an offer.
void add_offer_changes(CLI::App& offers, Context& context, const std::shared_ptr<OfferFilters>& filters);

}  // namespace boon::cli
