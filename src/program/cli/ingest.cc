// `boon ingest`: posts the events of a file. What was posted before is a duplicate, so a run that was interrupted is
// simply run again.
#include <chrono>

#include <fmt/format.h>

#include "program/cli/command.h"
#include "program/cli/event_file.h"

namespace boon::cli {

namespace {

constexpr std::size_t kEventsPerRequest = 2000;
constexpr std::int64_t kMostTold = 20;

struct IngestOptions {
    std::string file;
    std::string source;
    std::string type;
};

// Sends events in requests of some size, and says what became of them.
class Sender {
public:
    Sender(Door& door, const Terminal& terminal) : door_(door), terminal_(terminal), bar_(terminal, "ingest") {}

    Status add(FileEvent one) {
        numbers_.push_back(one.number);
        events_.push_back(std::move(one.event));
        share_ = one.share;
        return events_.size() < kEventsPerRequest ? Status() : send();
    }

    Status finish() {
        if (!events_.empty()) BOON_CHECK(send());
        bar_.finish();
        return {};
    }

    [[nodiscard]] json::Value counts() const {
        return json::Object{
            {"events", accepted_ + duplicates_ + rejected_},
            {"accepted", accepted_},
            {"duplicates", duplicates_},
            {"rejected", rejected_},
        };
    }
    [[nodiscard]] std::int64_t rejected() const { return rejected_; }

private:
    Status send() {
        BOON_TRY(const auto answer, door_.call("POST", "/api/v1/events", json::to_text(events_)));
        const auto& object = answer.as_object();
        accepted_ += object.at("accepted").as_int64();
        duplicates_ += object.at("duplicates").as_int64();
        const auto& items = object.at("items").as_array();
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (text_of(items[i], "result") == "rejected") tell(numbers_[i], items[i]);
        }
        events_.clear();
        numbers_.clear();
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began_;
        const auto note = fmt::format("sent: {} events", count_text(accepted_ + duplicates_ + rejected_));
        bar_.update(
            {.done = static_cast<std::int64_t>(share_ * ProgressBar::kShares),
             .total = ProgressBar::kShares,
             .note = note},
            elapsed.count()
        );
        return {};
    }

    void tell(std::int64_t number, const json::Value& item) {
        if (++rejected_ > kMostTold) return;
        for (const json::Value& error : item.at("errors").as_array()) {
            terminal_.message(
                fmt::format("event {}: `{}` {}", number, text_of(error, "pointer"), text_of(error, "detail"))
            );
        }
        if (rejected_ == kMostTold) terminal_.message("further rejected events are counted only");
    }

    Door& door_;
    const Terminal& terminal_;
    ProgressBar bar_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    json::Array events_;
    std::vector<std::int64_t> numbers_;
    double share_ = 0;
    std::int64_t accepted_ = 0;
    std::int64_t duplicates_ = 0;
    std::int64_t rejected_ = 0;
};

void set_default(json::Value& event, std::string_view member, const std::string& value) {
    if (value.empty() || !event.is_object()) return;
    if (!event.get_object().contains(member)) event.get_object()[member] = value;
}

Status run_ingest(const Context& context, const IngestOptions& options) {
    BOON_TRY(const std::string text, read_file(options.file));
    BOON_TRY(const auto door, context.door());
    Sender sender(*door, context.terminal);
    const auto on_event = [&](FileEvent one) {
        set_default(one.event, "source", options.source);
        set_default(one.event, "type", options.type);
        return sender.add(std::move(one));
    };
    BOON_CHECK(for_each_event(text, event_format_of(options.file, text), on_event));
    BOON_CHECK(sender.finish());
    const auto counts = sender.counts();
    if (context.json) {
        context.terminal.data(json::to_text(counts));
    } else {
        context.terminal.data(fmt::format(
            "{} events: {} accepted, {} there already, {} rejected", text_of(counts, "events"),
            text_of(counts, "accepted"), text_of(counts, "duplicates"), text_of(counts, "rejected")
        ));
    }
    if (sender.rejected() == 0) return {};
    return fail(
        ErrorCode::invalid, fmt::format("{} events were rejected; the others are kept", sender.rejected()),
        "mend them and run the same again: what is there already counts once"
    );
}

}  // namespace

void add_ingest(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "ingest", "post the events of a file: transactions, interactions, payments",
        "  boon ingest events.ndjson\n  boon ingest sales.csv --source shop --type transaction\n"
        "  boon ingest events.json                  again after an interruption: each counts once"
    );
    auto options = std::make_shared<IngestOptions>();
    command->add_option("file", options->file, "NDJSON, a JSON array, or CSV; see docs/events.md")->required();
    command->add_option("--source", options->source, "of events that do not say theirs");
    command->add_option("--type", options->type, "of events that do not say theirs")
        ->check(CLI::IsMember({"transaction", "interaction", "payment"}));
    command->callback([&context, options] {
        context.run = [&context, options] { return run_ingest(context, *options); };
    });
}

}  // namespace boon::cli
