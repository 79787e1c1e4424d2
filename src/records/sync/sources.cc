#include "records/sync/sources.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "records/sync/dataverse.h"
#include "records/sync/file.h"
#include "records/sync/hubspot.h"
#include "records/sync/manual.h"
#include "records/sync/salesforce.h"
#include "records/sync/xiva.h"

namespace boon::sync {

std::span<const Kind> kinds() {
    static const std::array kKinds = {
        Kind{
            SourceKind::xiva,
            "xiva",
            "TM Forum product offerings behind a djoser login",
            {"password", "token"},
            check_xiva_options,
            xiva_mapping,
            make_xiva_source
        },
        Kind{
            SourceKind::salesforce,
            "salesforce",
            "products of a Salesforce organisation",
            {"client_secret"},
            check_salesforce_options,
            salesforce_mapping,
            make_salesforce_source
        },
        Kind{
            SourceKind::hubspot,
            "hubspot",
            "products of a HubSpot account",
            {"token"},
            check_hubspot_options,
            hubspot_mapping,
            make_hubspot_source
        },
        Kind{
            SourceKind::dataverse,
            "dataverse",
            "products of Dynamics 365 (Dataverse)",
            {"client_secret"},
            check_dataverse_options,
            dataverse_mapping,
            make_dataverse_source
        },
        Kind{
            SourceKind::file,
            "file",
            "a CSV or JSON file, a folder of them, or the URL of one",
            {"token"},
            check_file_options,
            file_mapping,
            make_file_source
        },
        Kind{
            SourceKind::manual,
            "manual",
            "offers that people edit here; nothing is fetched",
            {},
            check_manual_options,
            manual_mapping,
            make_manual_source
        },
    };
    return kKinds;
}

const Kind* find_kind(SourceKind kind) {
    const auto found = std::ranges::find(kinds(), kind, &Kind::kind);
    return found == kinds().end() ? nullptr : &*found;
}

namespace {

std::unexpected<Error> not_here(SourceKind kind) {
    return fail(ErrorCode::failed_precondition, fmt::format("this boon has no {} source", enum_name(kind)));
}

}  // namespace

Result<std::unique_ptr<Source>> make_source(const SourceConfig& config, const World& world) {
    const Kind* kind = find_kind(config.kind);
    if (kind == nullptr) return not_here(config.kind);
    BOON_CHECK(kind->check_options(config.options));
    return kind->make(config, world);
}

Status check_options(SourceKind kind, const json::Value& options) {
    const Kind* found = find_kind(kind);
    return found == nullptr ? Status(not_here(kind)) : found->check_options(options);
}

const Mapping& default_mapping(SourceKind kind) {
    static const Mapping kEmpty;
    const Kind* found = find_kind(kind);
    return found == nullptr ? kEmpty : found->default_mapping();
}

}  // namespace boon::sync
