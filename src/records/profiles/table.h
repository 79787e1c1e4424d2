// All profiles in memory: one row of float32 per customer at a fixed stride, where the customer stands (standing.h),
// what models said (scores.h), what the record says (attributes.h), and an open-addressing hash from the customer's id
// to the row. An Image never changes; filling or loading makes a new one and publishes it, so readers need no lock and
// memory briefly holds both (about 4 × columns + 100 bytes per customer, each). A change of standings, scores or
// attributes alone makes an image that shares the rest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "records/profiles/profile.h"

namespace boon::profiles {

// A customer's row as it is from now on.
struct ProfileRow {
    std::string customer_id;
    std::vector<float> features;  // in the schema's order
    Timestamp computed_at;
};

class Image {
public:
    Image();

    // Nothing for a customer that is not known. The Profile is a view: valid as long as the image.
    [[nodiscard]] std::optional<Profile> find(std::string_view customer_id) const;

    [[nodiscard]] std::size_t size() const { return rows_->size(); }
    [[nodiscard]] Profile at(std::size_t row) const;
    // Asks the memory for columns of a row that at() is soon called for; a scan waits for little else.
    void prefetch(std::size_t row, std::span<const std::size_t> columns) const;
    [[nodiscard]] std::optional<std::size_t> row_of(std::string_view customer_id) const;
    // Null for the image of an instance that has no profiles yet.
    [[nodiscard]] const std::shared_ptr<const Schema>& schema() const { return rows_->schema; }
    [[nodiscard]] const Standings& standings() const { return *standings_; }
    [[nodiscard]] const Scores& scores() const { return *scores_; }
    [[nodiscard]] const Attributes& attributes() const { return *attributes_; }
    // The same customers with other standings, as many as there are rows.
    [[nodiscard]] std::shared_ptr<const Image> with(std::shared_ptr<const Standings> standings) const;
    // The same customers with other scores, for as many rows or fewer.
    [[nodiscard]] std::shared_ptr<const Image> with(std::shared_ptr<const Scores> scores) const;
    // The same customers with other attributes, for as many rows or fewer.
    [[nodiscard]] std::shared_ptr<const Image> with(std::shared_ptr<const Attributes> attributes) const;
    // The same with some customers' rows replaced; new customers come last, and stand nowhere yet.
    [[nodiscard]] std::shared_ptr<const Image> with(std::span<const ProfileRow> changed) const;
    // The same without some rows (ascending): the last ones move to their places. Nothing of them is left in it.
    [[nodiscard]] std::shared_ptr<const Image> without(std::span<const std::size_t> gone) const;
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    friend class ImageBuilder;
    static constexpr std::size_t kBlock = 64;

    // Ids, and where each stands.
    class Ids {
    public:
        [[nodiscard]] std::size_t size() const { return ends_.size(); }
        [[nodiscard]] std::string_view at(std::size_t place) const;
        [[nodiscard]] std::optional<std::size_t> find(std::string_view id) const;
        [[nodiscard]] std::size_t memory_bytes() const;
        void reserve(std::size_t count) { ends_.reserve(count); }
        void add(std::string_view id);
        // After the last add().
        void index();

    private:
        struct Slot {
            std::uint32_t place = kEmpty;
            std::uint32_t tag = 0;  // of the hash, so that a miss seldom compares ids
        };
        static constexpr std::uint32_t kEmpty = 0xffffffff;

        std::string text_;  // one after the other
        std::vector<std::uint64_t> ends_;
        std::vector<Slot> slots_;  // a power of two, at most half full
    };

    using Moves = Standings::Moves;

    // Some rows; the last block is not full.
    struct Block {
        std::vector<float> features;
        std::array<std::int64_t, kBlock> computed_at{};
    };

    struct Rows {
        std::shared_ptr<const Schema> schema;
        std::optional<std::size_t> lifetime_value;  // its column
        std::size_t stride = 0;
        std::shared_ptr<const Ids> first = std::make_shared<const Ids>();
        std::shared_ptr<const Ids> later = std::make_shared<const Ids>();  // few, of rows behind those of `first`
        std::vector<std::shared_ptr<const Block>> blocks;

        [[nodiscard]] std::size_t size() const { return first->size() + later->size(); }
        [[nodiscard]] std::string_view id_at(std::size_t row) const;
        void add_ids(std::span<const std::string_view> ids);
        // Ends after `count` rows, of which some are those of other rows from now on.
        void cut(std::size_t count, const Moves& moves);
    };

    std::shared_ptr<const Rows> rows_;
    std::shared_ptr<const Standings> standings_;
    std::shared_ptr<const Scores> scores_;
    std::shared_ptr<const Attributes> attributes_;
};

class ImageBuilder {
public:
    explicit ImageBuilder(std::shared_ptr<const Schema> schema, std::size_t expected_customers = 0);

    // Each customer once; features in the schema's order, as many as it has columns.
    void add(std::string_view customer_id, std::span<const float> features, Timestamp computed_at);
    std::shared_ptr<const Image> finish() &&;

private:
    std::shared_ptr<Image::Rows> rows_;
    std::shared_ptr<Image::Ids> ids_;
    std::shared_ptr<Image::Block> block_;  // the last one
};

// Where readers find the image of the moment. Thread-safe; a reader keeps what it got as long as it holds it.
class Table {
public:
    Table();
    [[nodiscard]] std::shared_ptr<const Image> image() const;
    void publish(std::shared_ptr<const Image> image);

private:
    mutable std::mutex mutex_;  // held for the copy of one pointer
    std::shared_ptr<const Image> image_;
};

}  // namespace boon::profiles
