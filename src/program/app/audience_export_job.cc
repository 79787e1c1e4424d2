// Enqueues the members of an audience for a webhook, batch by batch, going on where a worker before came to; the
// manifest last. Each batch and the checkpoint behind it are one transaction, and a message's id follows from the job
// and its number, so that nothing is sent twice under two names.
#include <fmt/format.h>

#include "action/serving/engine.h"
#include "insight/audiences/member.h"
#include "insight/audiences/scan.h"
#include "platform/db/database.h"
#include "platform/delivery/webhooks.h"
#include "platform/storage/digest.h"
#include "platform/storage/outbox.h"
#include "program/app/app.h"
#include "program/app/audience_export.h"
#include "program/app/resumable.h"

namespace boon::app {

namespace {

constexpr std::size_t kBatch = 1000;

struct SentBatch {
    std::int64_t number = 0;  // from 1
    std::string message_id;
    std::int64_t customers = 0;
    std::string sha256;  // of the payload
};
BOOST_DESCRIBE_STRUCT(SentBatch, (), (number, message_id, customers, sha256))

struct ExportCheckpoint {
    std::int64_t version = 0;  // of the audience
    std::string after;         // the last customer that was enqueued
    std::int64_t done = 0;
    std::vector<SentBatch> batches;
    bool has_manifest = false;
};
BOOST_DESCRIBE_STRUCT(ExportCheckpoint, (), (version, after, done, batches, has_manifest))

struct Batch {
    std::string type = "audience.batch";
    std::string export_id;
    std::string audience;
    std::int64_t version = 0;
    Timestamp at;
    std::int64_t number = 0;
    std::vector<audiences::AudienceMember> customers;
};
BOOST_DESCRIBE_STRUCT(Batch, (), (type, export_id, audience, version, at, number, customers))

struct Manifest {
    std::string type = "audience.manifest";
    std::string export_id;
    std::string audience;
    std::int64_t version = 0;
    json::Value rule;
    std::string words;
    Timestamp at;
    std::string currency;
    std::int64_t customers = 0;
    std::vector<SentBatch> batches;
};
BOOST_DESCRIBE_STRUCT(Manifest, (), (type, export_id, audience, version, rule, words, at, currency, customers, batches))

struct ExportResult {
    std::string export_id;
    std::int64_t customers = 0;
    std::int64_t batches = 0;
    double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(ExportResult, (), (export_id, customers, batches, seconds))

class Export {
public:
    Export(App& app, const AudienceExport& wanted, const Progress& progress)
        : app_(app), wanted_(wanted), progress_(progress), state_(app.serving().state()) {}

    Result<ExportResult> run() {
        BOON_TRY(const auto selector, state_->audiences->selector(wanted_.audience));
        const audiences::Audience& audience = state_->audiences->find(wanted_.audience)->audience;
        if (auto before = checkpoint_of<ExportCheckpoint>(progress_)) at_ = *std::move(before);
        if (at_.version != 0 && at_.version != audience.version) {
            return fail(
                ErrorCode::conflict, "the audience was changed while it was being sent",
                "start again; the receiver has no manifest for what it got so far"
            );
        }
        at_.version = audience.version;
        total_ = audiences::scan(*state_->profiles, selector, wanted_.at).count();
        const audiences::Pages pages(*state_->profiles, selector, wanted_.at);
        while (!at_.has_manifest) {
            const auto rows = pages.next(at_.after, kBatch);
            BOON_CHECK(rows.empty() ? enqueue_manifest(audience) : enqueue_batch(rows));
        }
        return ExportResult{id(), at_.done, std::ssize(at_.batches), watch_.seconds()};
    }

private:
    [[nodiscard]] const std::string& id() const { return progress_.claim().job_id; }

    Status enqueue_batch(std::span<const std::uint32_t> rows) {
        const std::int64_t number = std::ssize(at_.batches) + 1;
        const Currency& currency = app_.config().currency;
        const Batch batch{
            .export_id = id(),
            .audience = wanted_.audience,
            .version = at_.version,
            .at = wanted_.at,
            .number = number,
            .customers = audiences::members_of(*state_->profiles, rows, currency, wanted_.at),
        };
        const std::string payload = json::write(batch);
        const std::string message_id = fmt::format("{}-{}", id(), number);
        at_.batches.push_back({number, message_id, std::ssize(rows), storage::to_hex(storage::sha256(payload))});
        at_.after = batch.customers.back().customer_id;
        at_.done += std::ssize(rows);
        return enqueue(message_id, payload);
    }

    Status enqueue_manifest(const audiences::Audience& audience) {
        const Manifest manifest{
            .export_id = id(),
            .audience = wanted_.audience,
            .version = at_.version,
            .rule = audience.rule,
            .words = rules::describe(audience.rule),
            .at = wanted_.at,
            .currency = std::string(app_.config().currency.code()),
            .customers = at_.done,
            .batches = at_.batches,
        };
        at_.has_manifest = true;
        return enqueue(id() + "-manifest", json::write(manifest));
    }

    Status enqueue(const std::string& message_id, const std::string& payload) {
        const storage::Message message{
            .id = message_id,
            .kind = std::string(delivery::kWebhookKind),
            .destination = wanted_.webhook_id,
            .payload = payload,
        };
        const Status kept = app_.database().write(db::Lane::batch, [&](db::Connection& connection) -> Status {
            BOON_CHECK(storage::enqueue_message(connection, message, app_.now()));
            return progress_.keep(connection, {.done = at_.done, .total = total_, .checkpoint = json::write(at_)});
        });
        if (!kept) return kept;
        app_.wake_courier();
        return {};
    }

    App& app_;
    const AudienceExport& wanted_;
    const Progress& progress_;
    std::shared_ptr<const serving::State> state_;
    ExportCheckpoint at_;
    std::int64_t total_ = 0;
    Stopwatch watch_;
};

}  // namespace

Status check_receiver(App& app, std::string_view webhook_id) {
    BOON_TRY(const auto webhook, app.database().read([&](db::Connection& connection) {
        return app.webhooks().find(connection, webhook_id);
    }));
    if (webhook.topic == kAudienceTopic) return {};
    Error error{ErrorCode::invalid, "the webhook does not take audiences"};
    error.fields.push_back({"/webhook_id", fmt::format("hears {}, not {}", webhook.topic, kAudienceTopic)});
    return std::unexpected(std::move(error));
}

Result<json::Value> run_audience_export(App& app, const json::Value& parameters, const Progress& progress) {
    BOON_TRY(const auto wanted, json::read<AudienceExport>(parameters));
    BOON_CHECK(app.follow_changes());
    BOON_CHECK(check_receiver(app, wanted.webhook_id));
    BOON_TRY(const auto result, Export(app, wanted, progress).run());
    return json::parse(json::write(result));
}

}  // namespace boon::app
