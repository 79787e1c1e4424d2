#include "records/customers/customers.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "platform/db/record.h"
#include "platform/storage/change_feed.h"
#include "records/customers/attribute_store.h"
#include "records/customers/erasures.h"

namespace boon::customers {

namespace {

constexpr std::size_t kChunkRows = 2000;  // of the batch lane

// The rows of the two tables.
struct CustomerRow {
    std::string customer_id;
    std::string external_system;
    std::string name;
    std::string status;
    std::map<std::string, json::Value> attributes;
    bool is_active = true;
    Timestamp created_at;
    Timestamp updated_at;
};
BOOST_DESCRIBE_STRUCT(
    CustomerRow, (), (customer_id, external_system, name, status, attributes, is_active, created_at, updated_at)
)

Result<std::optional<Customer>> find(db::Connection& connection, std::string_view id) {
    BOON_TRY(auto row, db::select_one<CustomerRow>(connection, "select * from customers where customer_id = ?", {id}));
    if (!row) return std::nullopt;
    BOON_TRY(
        auto points,
        db::select<ContactPoint>(
            connection, "select kind, value, preferred from contact_points where customer_id = ? order by position",
            {id}
        )
    );
    return Customer{
        .customer_id = std::move(row->customer_id),
        .external_system = std::move(row->external_system),
        .name = std::move(row->name),
        .status = std::move(row->status),
        .attributes = std::move(row->attributes),
        .is_active = row->is_active,
        .contact_points = std::move(points),
        .created_at = row->created_at,
        .updated_at = row->updated_at,
    };
}

CustomerRow row_of(const Customer& customer) {
    return {
        .customer_id = customer.customer_id,
        .external_system = customer.external_system,
        .name = customer.name,
        .status = customer.status,
        .attributes = customer.attributes,
        .is_active = customer.is_active,
        .created_at = customer.created_at,
        .updated_at = customer.updated_at,
    };
}

Status insert_contact_points(db::Connection& connection, const Customer& customer) {
    std::int64_t position = 0;
    for (const ContactPoint& point : customer.contact_points) {
        BOON_CHECK(connection.execute(
            "insert into contact_points (customer_id, position, kind, value, preferred) values (?, ?, ?, ?, ?)",
            {customer.customer_id, position++, point.kind, point.value, point.preferred}
        ));
    }
    return {};
}

}  // namespace

void Import::reject(std::string reason) {
    ++report_.rejected;
    if (report_.reasons.size() < kMaxReasons) report_.reasons.push_back(std::move(reason));
}

Status Import::store(db::Connection& connection, Customer customer, ImportReport& report) const {
    BOON_TRY(const auto current, find(connection, customer.customer_id));
    customer.external_system = source_;
    customer.created_at = current ? current->created_at : now_;
    customer.updated_at = current ? current->updated_at : now_;
    if (!current) {
        ++report.created;
        BOON_CHECK(db::insert(connection, "customers", row_of(customer)));
        return insert_contact_points(connection, customer);
    }
    if (customer == *current) {
        ++report.unchanged;
        return {};
    }
    ++report.updated;
    customer.updated_at = now_;
    BOON_CHECK(db::update(connection, "customers", row_of(customer), {"customer_id"}));
    if (customer.contact_points == current->contact_points) return {};
    BOON_CHECK(connection.execute("delete from contact_points where customer_id = ?", {customer.customer_id}));
    return insert_contact_points(connection, customer);
}

Status Import::add(const std::vector<json::Value>& bodies) {
    std::vector<Customer> customers;
    for (const json::Value& body : bodies) {
        const auto id = id_from_tmf629(body);
        if (!id) {
            reject(id.error().message);
        } else if (!seen_.insert(*id).second) {
            reject(fmt::format("customer {} came twice", *id));
        } else if (erasures_ != nullptr && erasures_->has(*id)) {
            ++report_.erased;
        } else if (auto customer = from_tmf629(body)) {
            customers.push_back(*std::move(customer));
        } else {
            reject(fmt::format("customer {}: {}", *id, customer.error().message));  // it is there, and stays as it was
        }
    }
    const ImportReport before = report_;
    const Status written = database_->write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        report_ = before;  // may run again after a deadlock
        for (const Customer& customer : customers) BOON_CHECK(store(connection, customer, report_));
        return {};
    });
    if (!written) report_ = before;
    return written;
}

Status Import::withdraw(std::span<const std::string> ids) const {
    return database_->write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        for (const std::string& id : ids) {
            BOON_CHECK(connection.execute(
                "update customers set is_active = 0, updated_at = ? where customer_id = ?", {now_, id}
            ));
        }
        return {};
    });
}

// Rules read what records say.
Status Import::tell() const {
    return database_->write(db::Lane::batch, [&](db::Connection& connection) {
        return storage::append_change(connection, kAttributeChange, "", now_);
    });
}

Result<ImportReport> Import::finish() {
    std::vector<std::string> gone;
    const Status read = database_->read([&](db::Connection& connection) {
        return connection.query(
            "select customer_id from customers where external_system = ? and is_active <> 0", {source_},
            [&](const db::Row& row) -> Status {
                if (!seen_.contains(std::string(row.text(0)))) gone.emplace_back(row.text(0));
                return {};
            }
        );
    });
    if (!read) return std::unexpected(read.error());
    for (std::size_t first = 0; first < gone.size(); first += kChunkRows) {
        BOON_CHECK(withdraw(std::span(gone).subspan(first, std::min(kChunkRows, gone.size() - first))));
    }
    report_.withdrawn = static_cast<std::int64_t>(gone.size());
    if (report_.created + report_.updated + report_.withdrawn > 0) BOON_CHECK(tell());
    return report_;
}

Result<std::optional<Customer>> Customers::read(std::string_view customer_id) {
    return database_.read([&](db::Connection& connection) { return find(connection, customer_id); });
}

}  // namespace boon::customers
