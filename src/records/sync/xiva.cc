#include "records/sync/xiva.h"

#include <unordered_map>

#include <fmt/format.h>

#include "records/sync/url.h"

namespace boon::sync {

namespace {

FetchLimits limits_of(const XivaOptions& options) {
    return {.timeout = std::chrono::seconds(options.timeout_s), .deadline = std::chrono::seconds(options.deadline_s)};
}

std::string secret(const SourceConfig& config, const std::string& name) {
    const auto found = config.secrets.find(name);
    return found == config.secrets.end() ? std::string() : found->second;
}

// The tokens of djoser's jwt/create/ and jwt/refresh/, or the fixed one.
class Login {
public:
    Login(const SourceConfig& config, const XivaOptions& options, Fetch& fetch)
        : base_url_(config.base_url),
          options_(options),
          password_(secret(config, "password")),
          fixed_(secret(config, "token")),
          fetch_(fetch) {}

    Result<std::string> create() {
        if (!fixed_.empty()) return fixed_;
        json::Object body;
        if (options_.login_field != LoginField::email) body["username"] = options_.username;
        if (options_.login_field != LoginField::username) body["email"] = options_.username;
        body["password"] = password_;
        BOON_TRY(const json::Value tokens, post("auth/jwt/create/", body));
        refresh_ = text_at(tokens, "/refresh");
        return access_of(tokens);
    }

    Result<std::string> refresh() {
        if (refresh_.empty()) return fail(ErrorCode::unavailable, "there is nothing to refresh the login with");
        BOON_TRY(const json::Value tokens, post("auth/jwt/refresh/", {{"refresh", refresh_}}));
        // Where refresh tokens rotate, the old one is worth nothing any more.
        if (std::string rotated = text_at(tokens, "/refresh"); !rotated.empty()) refresh_ = std::move(rotated);
        return access_of(tokens);
    }

private:
    Result<json::Value> post(std::string_view path, const json::Object& body) {
        const FetchRequest request{
            .method = "POST",
            .url = join_url(base_url_, path),
            .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
            .body = json::to_text(body),
            .repeat = Repeat::harmless,
        };
        auto reply = fetch_.send(request);
        if (!reply) return in_context("could not log in", std::move(reply).error());
        if (reply->ok()) return std::move(reply->body);
        Error error = fetch_.refused(*reply).error();
        if (reply->status == 400 || reply->status == 401) {
            error.code = ErrorCode::failed_precondition;
            error.hint = "check the username and password, and whether it takes a username or an e-mail";
        }
        return in_context("could not log in", std::move(error));
    }

    Result<std::string> access_of(const json::Value& tokens) const {
        std::string access = text_at(tokens, "/access");
        if (!access.empty()) return access;
        return Fetch::lied(join_url(base_url_, "auth/jwt/create/"), "its answer to the login has no access token");
    }

    const std::string base_url_;
    const XivaOptions options_;
    const std::string password_;
    const std::string fixed_;
    Fetch& fetch_;
    std::string refresh_;
};

// What one crawl needs: made at its start, so that its deadline begins then.
struct Crawl {
    Crawl(const SourceConfig& config, const XivaOptions& options, const World& world)
        : fetch(config, limits_of(options), world),
          login(config, options, fetch),
          session(
              fetch, std::string(enum_name(options.auth)), [this] { return login.create(); },
              [this] { return login.refresh(); }
          ) {}

    Fetch fetch;
    Login login;
    Session session;
};

std::vector<UpstreamRecord> records_of(json::Array&& rows) {
    std::vector<UpstreamRecord> records;
    records.reserve(rows.size());
    for (json::Value& row : rows) {
        std::string id = text_at(row, "/id");
        records.push_back({.external_id = std::move(id), .body = std::move(row)});
    }
    return records;
}

// Version 4 says an amount with and without tax; version 5 has one amount. Without tax is nearer to what is earned.
void as_version_5(json::Value& price) {
    json::Value* amounts = price.is_object() ? price.get_object().if_contains("price") : nullptr;
    if (amounts == nullptr || !amounts->is_object() || find(*amounts, "/value") != nullptr) return;
    for (const std::string_view name : {"/dutyFreeAmount", "/taxIncludedAmount"}) {
        const json::Value* amount = find(*amounts, name);
        if (amount == nullptr || find(*amount, "/value") == nullptr) continue;
        json::Value chosen = *amount;  // its parent is about to be replaced
        *amounts = std::move(chosen);
        return;
    }
}

class XivaOffers final : public Source {
public:
    XivaOffers(SourceConfig config, XivaOptions options, World world)
        : config_(std::move(config)), options_(std::move(options)), world_(std::move(world)) {}

    Result<CrawlEnd> crawl(const CrawlStart& start, const OnPage& on_page) override {
        Crawl crawl(config_, options_, world_);
        prices_.reset();
        ListRequest request = list("productOffering/", "offers");
        if (options_.paging == Paging::single) request.etag = start.token;
        const auto take = [&](json::Array&& rows, std::int64_t total) -> Status {
            BOON_CHECK(fill_in_prices(crawl.session, rows));
            return on_page(records_of(std::move(rows)), total);
        };
        BOON_TRY(const ListEnd end, TmfList(crawl.session, request).read(take));
        return CrawlEnd{
            .kind = CrawlKind::full,
            // Of the offers only: where prices stand in a list of their own, they may change without it.
            .token = prices_ ? "" : end.etag,
            .pages = end.pages,
            .records = end.rows,
            .unchanged = end.unchanged,
        };
    }

private:
    using Prices = std::unordered_map<std::string, json::Value>;

    [[nodiscard]] ListRequest list(const std::string& resource, const std::string& what) const {
        return {
            .base_url = config_.base_url,
            .path = fmt::format("productCatalogManagement/{}/{}", enum_name(options_.version), resource),
            .what = what,
            .page_size = options_.page_size,
            .paging = options_.paging,
        };
    }

    Result<Prices> read_prices(Session& session) const {
        Prices prices;
        const auto take = [&](json::Array&& rows, std::int64_t) -> Status {
            for (json::Value& row : rows) prices.insert_or_assign(text_at(row, "/id"), std::move(row));
            return {};
        };
        BOON_CHECK(TmfList(session, list("productOfferingPrice/", "prices")).read(take));
        return prices;
    }

    // TMF620 has a price in the offering, or only its id there and the price in a list of its own. That list is read
    // when the first such id is met; a mapping then finds a price in one place. An id without a price stays as it is.
    Status fill_in_prices(Session& session, json::Array& rows) {
        for (json::Value& row : rows) {
            json::Value* listed = row.get_object().if_contains("productOfferingPrice");
            if (listed == nullptr || !listed->is_array()) continue;
            for (json::Value& price : listed->get_array()) BOON_CHECK(fill_in_price(session, price));
        }
        return {};
    }

    Status fill_in_price(Session& session, json::Value& price) {
        const std::string id = text_at(price, "/id");
        if (!id.empty() && find(price, "/price") == nullptr) {
            if (!prices_) {
                BOON_TRY(prices_, read_prices(session));
            }
            if (const auto found = prices_->find(id); found != prices_->end()) price = found->second;
        }
        as_version_5(price);
        return {};
    }

    const SourceConfig config_;
    const XivaOptions options_;
    const World world_;
    std::optional<Prices> prices_;
};

class XivaCustomers final : public Source {
public:
    XivaCustomers(SourceConfig config, XivaOptions options, World world)
        : config_(std::move(config)), options_(std::move(options)), world_(std::move(world)) {}

    Result<CrawlEnd> crawl(const CrawlStart&, const OnPage& on_page) override {
        Crawl crawl(config_, options_, world_);
        const ListRequest request{
            .base_url = config_.base_url,
            .path = "customerManagement/v4/customer/",
            .what = "customers",
            .page_size = options_.page_size,
            .paging = options_.paging,
        };
        const auto take = [&](json::Array&& rows, std::int64_t total) {
            return on_page(records_of(std::move(rows)), total);
        };
        BOON_TRY(const ListEnd end, TmfList(crawl.session, request).read(take));
        return CrawlEnd{.kind = CrawlKind::full, .pages = end.pages, .records = end.rows};
    }

private:
    const SourceConfig config_;
    const XivaOptions options_;
    const World world_;
};

Result<XivaOptions> options_of(const SourceConfig& config) {
    BOON_TRY(XivaOptions options, json::read<XivaOptions>(config.options));
    BOON_CHECK(split_url(config.base_url));
    if (secret(config, "token").empty() && (options.username.empty() || secret(config, "password").empty())) {
        return fail(
            ErrorCode::invalid, fmt::format("{} has no way to log in", config.name),
            "set the option username and the secret password, or the secret token"
        );
    }
    return options;
}

}  // namespace

Status check_xiva_options(const json::Value& options) {
    BOON_CHECK(json::read<XivaOptions>(options));
    return {};
}

Result<std::unique_ptr<Source>> make_xiva_source(const SourceConfig& config, const World& world) {
    BOON_TRY(XivaOptions options, options_of(config));
    return std::make_unique<XivaOffers>(config, std::move(options), world);
}

Result<std::unique_ptr<Source>> make_xiva_customers(const SourceConfig& config, const World& world) {
    BOON_TRY(XivaOptions options, options_of(config));
    return std::make_unique<XivaCustomers>(config, std::move(options), world);
}

}  // namespace boon::sync
