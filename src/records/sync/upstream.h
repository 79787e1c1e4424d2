// What every source looks like to the sync: pages of raw records, then how the crawl ended. A source knows its
// upstream's protocol (login, paging, deletions) and nothing of the catalogue; what a record's members mean is
// configuration (mapping.h). Adding a kind of source is one file and one line in sources.cc.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "platform/base/describe.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/timestamp.h"
#include "platform/http/client.h"

namespace boon::sync {

class Breakers;  // breaker.h

enum class SourceKind { xiva, salesforce, hubspot, dataverse, file, manual };
BOOST_DESCRIBE_ENUM(SourceKind, xiva, salesforce, hubspot, dataverse, file, manual)

// One upstream object as it came. A deletion has an id and no body.
struct UpstreamRecord {
    std::string external_id;  // compared bytewise; empty: the record has none, and is rejected
    bool deleted = false;
    json::Value body;
};

// full: what is not among the records no longer exists upstream. incremental: only what changed since the token.
enum class CrawlKind { full, incremental };
BOOST_DESCRIBE_ENUM(CrawlKind, full, incremental)

struct CrawlStart {
    std::string token;  // of the last successful run; empty: a full crawl is wanted
};

// A crawl that did not come to a whole, consistent end is an error, never a CrawlEnd.
struct CrawlEnd {
    CrawlKind kind = CrawlKind::full;
    std::string token = {};  // where the next incremental crawl begins; empty: the source has none
    std::int64_t pages = 0;
    std::int64_t records = 0;
    bool unchanged = false;  // the upstream said so (304): nothing was handed out, nothing is to be withdrawn
};

// Takes a page; its error (cancelled, disk full, …) ends the crawl and is returned by it. `total`: how many records
// the upstream says there are, 0 when it does not.
using OnPage = std::function<Status(std::vector<UpstreamRecord>&& page, std::int64_t total)>;

class Source {
public:
    Source() = default;
    virtual ~Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    // Blocks; one at a time. Errors say what the peer did and what to do, in words an operator understands.
    virtual Result<CrawlEnd> crawl(const CrawlStart& start, const OnPage& on_page) = 0;
};

// What a source is made from. `secrets` are opened just for this.
struct SourceConfig {
    std::string name;  // `xiva`; unique
    SourceKind kind = SourceKind::manual;
    std::string base_url = {};                        // of the upstream; the folder, file or URL of a `file`
    json::Value options = json::Object();             // an object; each kind describes and checks its own
    std::map<std::string, std::string> secrets = {};  // password, token, client_secret, …
};

// What a source may use of the world, passed in so that tests own it.
struct World {
    http::ClientOptions http = {};   // addresses and ports that may be asked, certificates, limits
    std::function<Timestamp()> now;  // the clock
    std::function<bool(std::chrono::milliseconds)> sleep;  // false: stop, boon is ending
    std::function<double()> uniform;                       // [0, 1), for jitter
    Breakers* breakers = nullptr;                          // what outlives a run; null: each run has its own
    std::vector<std::filesystem::path> folders = {};       // a `file` source reads below these only; the first is where
                                                           // its relative paths begin
};

}  // namespace boon::sync
