#include "records/profiles/past_line.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

namespace boon::profiles {

namespace {

static_assert(std::endian::native == std::endian::little, "lines hold little-endian numbers");

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kNarrow = 2;
constexpr std::size_t kWide = 4;

class Writer {
public:
    template <class T>
    void number(T value) {
        const auto bytes = std::as_bytes(std::span(&value, 1));
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    // In `width` bytes.
    void place(std::size_t value, std::size_t width) {
        const auto narrow = static_cast<std::uint32_t>(value);
        const auto bytes = std::as_bytes(std::span(&narrow, 1)).first(width);
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    void text(std::string_view text) {
        number(static_cast<std::uint8_t>(text.size()));
        const auto bytes = std::as_bytes(std::span(text));
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    std::vector<std::byte> finish() && { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
};

// Takes what a line has from its front; empty and zero once it has ended too early.
class Reader {
public:
    explicit Reader(db::Bytes bytes) : left_(bytes) {}

    db::Bytes take(std::size_t size) {
        if (size > left_.size()) {
            is_short_ = true;
            return {};
        }
        const db::Bytes taken = left_.first(size);
        left_ = left_.subspan(size);
        return taken;
    }
    template <class T>
    T number() {
        T value = 0;
        const db::Bytes bytes = take(sizeof(T));
        if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof(T));
        return value;
    }
    std::string_view text() {
        const db::Bytes bytes = take(number<std::uint8_t>());
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    [[nodiscard]] bool is_short() const { return is_short_; }

private:
    db::Bytes left_;
    bool is_short_ = false;
};

template <class Place>
std::size_t place_at(db::Bytes places, std::size_t index) {
    Place place = 0;
    std::memcpy(&place, places.data() + index * sizeof(Place), sizeof(Place));
    return place;
}

// A line's parts where they lie in its bytes.
struct Line {
    std::size_t width = kNarrow;
    std::array<std::uint8_t, 256> states{};  // a place in the line's names → one in the reader's
    std::vector<std::int64_t> instants;
    std::size_t customers = 0;
    std::size_t changes = 0;
    db::Bytes counts;
    db::Bytes places;
    db::Bytes places_of_names;
    Reader ids{{}};
};

std::unexpected<Error> damaged() {
    return fail(
        ErrorCode::internal, "a line of packed pasts is damaged",
        "empty the table of that name and mark all customers of its rows as loose; the rows are whole"
    );
}

Result<Line> parsed(db::Bytes bytes, std::vector<std::string>& names) {
    Reader reader(bytes);
    Line line;
    const auto format = reader.number<std::uint8_t>();
    line.width = reader.number<std::uint8_t>();
    const auto name_count = reader.number<std::uint8_t>();
    const std::size_t instant_count = reader.number<std::uint32_t>();
    line.customers = reader.number<std::uint32_t>();
    line.changes = reader.number<std::uint32_t>();
    if (format != kFormat || (line.width != kNarrow && line.width != kWide)) return damaged();
    line.states.fill(Change::kNone);
    for (std::size_t i = 0; i < name_count; ++i) line.states.at(i) = place_of(names, reader.text());
    const db::Bytes instants = reader.take(instant_count * sizeof(std::int64_t));
    line.counts = reader.take(line.customers * line.width);
    line.places = reader.take(line.changes * line.width);
    line.places_of_names = reader.take(line.changes);
    if (reader.is_short()) return damaged();
    line.instants.resize(instant_count);
    if (instant_count > 0) std::memcpy(line.instants.data(), instants.data(), instants.size());
    line.ids = reader;
    return line;
}

// Goes through the ids of a line beside its customers.
class Skipping {
public:
    Skipping(Reader& ids, std::span<const std::string_view> skipped) : ids_(ids), skipped_(skipped) {}

    // Whether the next customer is one of those to skip.
    bool next() {
        if (skipped_.empty()) return false;
        id_.resize(std::min<std::size_t>(id_.size(), ids_.number<std::uint8_t>()));
        id_ += ids_.text();
        while (!skipped_.empty() && skipped_.front() < id_) skipped_ = skipped_.subspan(1);
        return !skipped_.empty() && skipped_.front() == id_;
    }

private:
    Reader& ids_;
    std::span<const std::string_view> skipped_;
    std::string id_;
};

template <class Place>
Status each_of(Line& line, std::span<const std::string_view> skipped, const OnPast& on_past) {
    Skipping skipping(line.ids, skipped);
    std::vector<Change> past;
    std::size_t change = 0;
    for (std::size_t i = 0; i < line.customers; ++i) {
        const std::size_t count = place_at<Place>(line.counts, i);
        if (count > line.changes - change) return damaged();
        past.resize(count);
        for (Change& made : past) {
            const std::size_t instant = place_at<Place>(line.places, change);
            if (instant >= line.instants.size()) return damaged();
            const auto name = std::to_integer<std::size_t>(line.places_of_names[change++]);
            made = {line.instants[instant], line.states.at(name)};
        }
        if (!skipping.next()) on_past(past);
    }
    return line.ids.is_short() ? Status(damaged()) : Status();
}

}  // namespace

void Pasts::add(std::string_view customer_id, std::int64_t at, std::optional<std::int64_t> until, std::uint8_t state) {
    if (size() == 0 || id(size() - 1) != customer_id) add(customer_id);
    // A state that begins when the one before ends goes on without a gap.
    const bool follows = !past(size() - 1).empty() && changes_.back() == Change{at, Change::kNone};
    if (follows) changes_.pop_back();
    changes_.push_back({at, state});
    if (until) changes_.push_back({*until, Change::kNone});
    change_ends_.back() = changes_.size();
}

void Pasts::add(std::string_view customer_id) {
    ids_ += customer_id;
    id_ends_.push_back(ids_.size());
    change_ends_.push_back(changes_.size());
}

std::string_view Pasts::id(std::size_t customer) const {
    const std::size_t begin = customer == 0 ? 0 : id_ends_[customer - 1];
    return std::string_view(ids_).substr(begin, id_ends_[customer] - begin);
}

Past Pasts::past(std::size_t customer) const {
    const std::size_t begin = customer == 0 ? 0 : change_ends_[customer - 1];
    return std::span(changes_).subspan(begin, change_ends_[customer] - begin);
}

std::vector<std::byte> line_of(
    const Pasts& pasts, std::size_t first, std::size_t end, std::span<const std::string> names
) {
    std::vector<std::int64_t> instants;
    std::size_t most = 0;
    for (std::size_t i = first; i < end; ++i) {
        most = std::max(most, pasts.past(i).size());
        for (const Change& change : pasts.past(i)) instants.push_back(change.at);
    }
    const std::size_t changes = instants.size();
    std::ranges::sort(instants);
    instants.erase(std::ranges::unique(instants).begin(), instants.end());
    const bool is_narrow = std::max(instants.size(), most) <= std::numeric_limits<std::uint16_t>::max();
    const std::size_t width = is_narrow ? kNarrow : kWide;
    Writer line;
    line.number(kFormat);
    line.number(static_cast<std::uint8_t>(width));
    line.number(static_cast<std::uint8_t>(names.size()));
    line.number(static_cast<std::uint32_t>(instants.size()));
    line.number(static_cast<std::uint32_t>(end - first));
    line.number(static_cast<std::uint32_t>(changes));
    for (const std::string& name : names) line.text(name);
    for (const std::int64_t instant : instants) line.number(instant);
    for (std::size_t i = first; i < end; ++i) line.place(pasts.past(i).size(), width);
    for (std::size_t i = first; i < end; ++i) {
        for (const Change& change : pasts.past(i)) {
            const auto found = std::ranges::lower_bound(instants, change.at);
            line.place(static_cast<std::size_t>(found - instants.begin()), width);
        }
    }
    for (std::size_t i = first; i < end; ++i) {
        for (const Change& change : pasts.past(i)) line.number(change.state);
    }
    std::string_view before;
    for (std::size_t i = first; i < end; ++i) {
        const std::string_view id = pasts.id(i);
        const auto shared = static_cast<std::size_t>(std::ranges::mismatch(id, before).in1 - id.begin());
        line.number(static_cast<std::uint8_t>(shared));
        line.text(id.substr(shared));
        before = id;
    }
    return std::move(line).finish();
}

Status read_line(
    db::Bytes bytes, std::vector<std::string>& names, std::span<const std::string_view> skipped, const OnPast& on_past
) {
    BOON_TRY(Line line, parsed(bytes, names));
    return line.width == kNarrow ? each_of<std::uint16_t>(line, skipped, on_past)
                                 : each_of<std::uint32_t>(line, skipped, on_past);
}

}  // namespace boon::profiles
