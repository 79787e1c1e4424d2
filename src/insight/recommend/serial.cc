#include "insight/recommend/serial.h"

#include <bit>
#include <cmath>

#include <fmt/format.h>

namespace boon::recommend {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic = "boonrec1";

template <class T>
void put(std::string& out, const T& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Reads nothing past the end: from there on everything is 0, and ok() is false.
class Reader {
public:
    explicit Reader(std::string_view bytes) : left_(bytes) {}

    template <class T>
    T take() {
        T value{};
        if (left_.size() < sizeof value) {
            ok_ = false;
            left_ = {};
            return value;
        }
        left_.copy(reinterpret_cast<char*>(&value), sizeof value);
        left_.remove_prefix(sizeof value);
        return value;
    }

    // Of so many entries, whether they are there at all: nothing is allocated for those that are not.
    [[nodiscard]] bool has(std::size_t count, std::size_t size) {
        ok_ = ok_ && count <= left_.size() / size;
        return ok_;
    }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool at_end() const { return ok_ && left_.empty(); }

private:
    std::string_view left_;
    bool ok_ = true;
};

std::unexpected<Error> damaged(std::string_view what) {
    return fail(
        ErrorCode::conflict, fmt::format("the recommender cannot be read: {}", what),
        "restore the version's folder from a backup, or train and promote a new version"
    );
}

bool read_weights(Reader& reader, std::uint32_t items, ItemWeights& weights) {
    weights.resize(items);
    for (auto& of_item : weights) {
        const auto count = reader.take<std::uint32_t>();
        if (!reader.has(count, sizeof(std::uint32_t) + sizeof(float))) return false;
        of_item.resize(count);
        for (Weight& weight : of_item) {
            weight.item = reader.take<std::uint32_t>();
            weight.value = reader.take<float>();
            if (weight.item >= items || !std::isfinite(weight.value)) return false;
        }
    }
    return true;
}

}  // namespace

std::string to_bytes(const Recommender& recommender) {
    const Recipe& recipe = recommender.recipe();
    std::string out(kMagic);
    put(out, static_cast<std::uint32_t>(recommender.items()));
    put(out, static_cast<std::uint32_t>(recipe.method));
    put(out, recipe.neighbours);
    put(out, recipe.ridge);
    put(out, recipe.share);
    for (const float share : recommender.popularity()) put(out, share);
    put(out, static_cast<std::uint32_t>(recommender.weights().size()));
    for (const auto& of_item : recommender.weights()) {
        put(out, static_cast<std::uint32_t>(of_item.size()));
        for (const Weight& weight : of_item) {
            put(out, weight.item);
            put(out, weight.value);
        }
    }
    return out;
}

Result<Recommender> from_bytes(std::string_view bytes) {
    if (!bytes.starts_with(kMagic)) return damaged("it does not start as one");
    Reader reader(bytes.substr(kMagic.size()));
    const auto items = reader.take<std::uint32_t>();
    const auto method = reader.take<std::uint32_t>();
    if (method > static_cast<std::uint32_t>(Method::blend)) return damaged("there is no such method");
    Recipe recipe;
    recipe.method = static_cast<Method>(method);
    recipe.neighbours = reader.take<std::int64_t>();
    recipe.ridge = reader.take<double>();
    recipe.share = reader.take<double>();
    if (!reader.has(items, sizeof(float))) return damaged("it is cut off");
    std::vector<float> popularity(items);
    for (float& share : popularity) share = reader.take<float>();
    const auto weighted = reader.take<std::uint32_t>();
    if (weighted != 0 && weighted != items) return damaged("its weights are of other items");
    ItemWeights weights;
    if (!read_weights(reader, weighted, weights)) return damaged("its weights are cut off or no numbers");
    if (!reader.at_end()) return damaged(reader.ok() ? "something follows its end" : "it is cut off");
    return Recommender(recipe, std::move(popularity), std::move(weights));
}

}  // namespace boon::recommend
