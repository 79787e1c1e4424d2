// Attributes of customers in the operational database: filled from the warehouse, laid out for the resident profiles.
// Thread-safe, but for one fill at a time (a job under a lease sees to that).
//
// Two say something of a customer: the warehouse's table of customers, and the record of the system that keeps
// customers (customers.h), whose characteristics are attributes by their names, with `status` and `is_active`. Where
// both say something, the record goes before. Names that differ by case alone are one.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "records/profiles/attributes.h"
#include "records/profiles/table.h"

namespace boon::customers {

// Of the row in the change feed that tells of a finished fill, and of records that changed.
inline constexpr std::string_view kAttributeChange = "attributes";

// What the warehouse says, in the making.
class AttributeFill {
public:
    // Any number of customers, each once in a fill; values: row by row, in the order of the columns. Durable on return.
    Status add(std::span<const std::string_view> customer_ids, std::span<const profiles::AttributeValue> values);
    // Drops customers that were not added, and tells the change feed.
    Status finish(Timestamp now);

private:
    friend class AttributeStore;
    AttributeFill(db::Database& database, std::int64_t fill, profiles::AttributeColumns columns)
        : database_(&database), fill_(fill), columns_(std::move(columns)) {}

    db::Database* database_;
    std::int64_t fill_;
    profiles::AttributeColumns columns_;
};

class AttributeStore {
public:
    explicit AttributeStore(db::Database& database) : database_(database) {}

    Result<AttributeFill> begin(profiles::AttributeColumns columns, Timestamp now);

    // Laid out for the image's rows. The columns are those of the last fill that ended, then the characteristics that
    // only records have: numbers where all are, booleans where all are, else text where its words are few
    // (warehouse_attributes.h). Where they are the image's, they are the very same object.
    Result<std::shared_ptr<const profiles::Attributes>> resident(const profiles::Image& image);

private:
    db::Database& database_;
};

}  // namespace boon::customers
