// Customers in the operational database. Thread-safe, but for one import of a source at a time.
//
//     Import import = customers.begin("xiva", now);
//     BOON_CHECK(import.add(page));      // for each page
//     BOON_CHECK(import.finish());       // only after a whole crawl
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/db/database.h"
#include "records/customers/customer.h"

namespace boon::customers {

struct ImportReport {
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t unchanged = 0;
    std::int64_t withdrawn = 0;  // their source no longer has them: kept, not active
    std::int64_t erased = 0;     // not taken: who was erased stays so
    std::int64_t rejected = 0;
    std::vector<std::string> reasons;  // why, for the first kMaxReasons of them
};
BOOST_DESCRIBE_STRUCT(ImportReport, (), (created, updated, unchanged, withdrawn, erased, rejected, reasons))

inline constexpr std::size_t kMaxReasons = 100;

class Erasures;

class Import {
public:
    // Objects of TMF629. Writes what is different, durable on return: customers do not depend on each other, so that
    // an import that ends early leaves each as it was or as it is now. One that cannot be read, or came before, is
    // rejected.
    Status add(const std::vector<json::Value>& bodies);
    // Those of this source that did not come are no longer active. Tells the change feed when anything is different.
    Result<ImportReport> finish();
    [[nodiscard]] const ImportReport& report() const { return report_; }

private:
    friend class Customers;
    Import(db::Database& database, const Erasures* erasures, std::string source, Timestamp now)
        : database_(&database), erasures_(erasures), source_(std::move(source)), now_(now) {}

    void reject(std::string reason);
    Status withdraw(std::span<const std::string> ids) const;
    Status tell() const;
    Status store(db::Connection& connection, Customer customer, ImportReport& report) const;

    db::Database* database_;
    const Erasures* erasures_;
    std::string source_;
    Timestamp now_;
    std::set<std::string> seen_;
    ImportReport report_;
};

class Customers {
public:
    // `erasures`: who is not taken; null: everybody is. Must outlive it.
    explicit Customers(db::Database& database, const Erasures* erasures = nullptr)
        : database_(database), erasures_(erasures) {}

    [[nodiscard]] Import begin(std::string source, Timestamp now) {
        return {database_, erasures_, std::move(source), now};
    }
    // Nothing for one that is not known.
    Result<std::optional<Customer>> read(std::string_view customer_id);

private:
    db::Database& database_;
    const Erasures* erasures_;
};

}  // namespace boon::customers
