// A source's mapping as people read it: which field comes from where, who owns it, and what one record becomes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "records/catalog/offer.h"
#include "records/sync/mapping.h"
#include "records/sync/upstream.h"

namespace boon::sync {

enum class Owner { upstream, boon };
BOOST_DESCRIBE_ENUM(Owner, upstream, boon)

struct ExplainedField {
    std::string field = {};
    Owner owner = Owner::boon;
    std::string from = {};    // in words; empty: no sync writes it
    std::string values = {};  // how values are translated, in words
    bool can_be_mapped = false;
    std::optional<json::Value> sample = {};  // what the sample record gives
};
BOOST_DESCRIBE_STRUCT(ExplainedField, (), (field, owner, from, values, can_be_mapped, sample))

struct MappingExplanation {
    std::string source = {};
    std::vector<ExplainedField> fields = {};  // of every field of an offer, those of the mapping first
    json::Value sample = nullptr;             // one record as upstream has it; null: none was fetched
    json::Value offer = nullptr;              // the offer that it makes
    std::string problem = {};                 // why there is no sample, or why it makes no offer
};
BOOST_DESCRIBE_STRUCT(MappingExplanation, (), (source, fields, sample, offer, problem))

// `sample`: nothing when none could be fetched, for the reason given.
MappingExplanation explain(
    const std::string& source, const Mapping& mapping, const Result<UpstreamRecord>& sample, const catalog::Names& names
);

// The first record that the source hands out; the crawl ends there. `not_found` when it has none.
Result<UpstreamRecord> first_record(Source& source);

}  // namespace boon::sync
