// What the database itself can leave out of a list, as the tail of a statement. The Lister judges what comes by the
// query's filters again, so a narrowing may let through too much, but never too little.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "action/tmf/listing.h"
#include "platform/db/param.h"

namespace boon::tmf {

// Behind a `where …`: further conditions, an order, the part that is wanted. Its parameters point into the query.
class Narrowing {
public:
    // `given`: the parameters of what stands before.
    explicit Narrowing(std::vector<db::Param> given = {}) : params_(std::move(given)) {}

    // One of the columns has one of the values. Of more than a few values nothing is asked.
    void require(std::initializer_list<std::string_view> columns, const std::vector<db::Param>& values);
    void order_by(std::string_view columns);
    // Of a list without filters: its page.
    void slice(const ListQuery& query);

    [[nodiscard]] std::string after(std::string_view sql) const { return std::string(sql) + tail_; }
    [[nodiscard]] db::Params params() const { return params_; }

private:
    std::string tail_;
    std::vector<db::Param> params_;
};

// The times that the filter's text may be; of one that is none there is no resource.
std::vector<db::Param> times_of(std::string_view path, std::string_view wanted);
// Its texts.
std::vector<db::Param> texts_of(std::string_view path, std::string_view wanted);

}  // namespace boon::tmf
