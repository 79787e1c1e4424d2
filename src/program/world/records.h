// Lives as a company would have recorded them: late, twice or with gaps, and only what was known when the world ended.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "program/world/life.h"
#include "program/world/random.h"
#include "program/world/world.h"
#include "records/warehouse/session.h"

namespace boon::world {

// Every table that a world writes, in the order they are written.
std::span<const std::string_view> world_tables();

// The records of some customers on their way into one Parquet file per table. One thread.
class Records {
public:
    static Result<Records> open(const Options& options, warehouse::Session& session);
    Records(Records&&) noexcept;
    Records& operator=(Records&&) noexcept;
    ~Records();

    Status add(const Life& life);
    // FOLDER/TABLE/part-NNN.parquet of all tables but offers.
    Status write(warehouse::Session& session, const std::string& folder, std::int64_t part);
    [[nodiscard]] const Summary& summary() const { return summary_; }

private:
    struct Appenders;
    Records(const Options& options, std::unique_ptr<Appenders> appenders);

    Status add_customer(const Life& life, Random& random);
    Status add_transactions(const Life& life, Random& random);
    Status add_interactions(const Life& life, Random& random);
    Status add_bills_and_holdings(const Life& life);
    Status add_contacts(const Life& life);
    Status add_truth(const Life& life);

    Options options_;
    std::unique_ptr<Appenders> to_;
    Summary summary_;
};

// FOLDER/offers/part-000.parquet: the offers with their versions over time.
Status write_offers(const Options& options, warehouse::Session& session);

}  // namespace boon::world
