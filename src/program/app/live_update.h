// Brings customers up to date as things are posted about them: features, then stage and value, in one transaction with
// how far it has come. Features come out of all that is known of the customer, whatever order it came in, so that doing
// something twice does no harm; see docs/adr/0071-events-are-followed.md.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/base/error.h"
#include "program/app/live_features.h"
#include "program/app/posted_rows.h"
#include "records/features/online.h"
#include "records/profiles/table.h"

namespace boon::app {

class App;

// Used by one thread. `app` must outlive it.
class LiveUpdate {
public:
    explicit LiveUpdate(App& app) : app_(app) {}

    // Takes the next events, if there are any and profiles serve: how many. `conflict` when another process came first.
    Result<std::size_t> step();

private:
    using Events = std::vector<history::PlacedEvent>;

    Status adopt(std::int64_t fill);
    Status read_pasts(std::vector<std::string_view> customers, history::EventPlace place);
    Result<std::vector<profiles::ProfileRow>> compute(const Events& events, Timestamp as_of);
    void remember(std::string customer_id, const features::Past& past);
    void forget();
    Status drop_erased(Events& events);
    Status go_behind(const LivePlace& from, history::EventPlace to);
    Status keep(const LivePlace& from, history::EventPlace to, const std::vector<profiles::ProfileRow>& rows);

    App& app_;
    LiveFeatures live_;
    std::unique_ptr<features::Online> online_;  // of live_; null before the first computation of the base
    // Of customers seen lately, all that was handed out, packed.
    std::unordered_map<std::string, std::vector<std::byte>> pasts_;
    std::size_t pasts_bytes_ = 0;
    std::size_t next_row_ = 0;  // of the base, whose past may be read beside others'
};

}  // namespace boon::app
