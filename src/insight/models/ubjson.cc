#include "insight/models/ubjson.h"

#include <bit>
#include <cstring>
#include <optional>

#include <fmt/format.h>

namespace boon::models {

namespace {

std::size_t width_of(char type) {
    switch (type) {
        case 'i':
        case 'U':
        case 'C': return 1;
        case 'I': return 2;
        case 'l':
        case 'd': return 4;
        case 'L':
        case 'D': return 8;
        default: return 0;
    }
}

class UbjsonReader {
public:
    explicit UbjsonReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    Result<json::Value> document() {
        BOON_TRY(const char type, marker());
        BOON_TRY(json::Value value, value_of(type, 0));
        while (at_ < bytes_.size() && peek() == 'N') ++at_;
        if (at_ < bytes_.size()) return bad("bytes after the end");
        return value;
    }

private:
    // How a container announces its contents: `$type#count`, `#count`, or neither.
    struct Announced {
        std::optional<char> type;
        std::optional<std::size_t> count;
    };

    [[nodiscard]] std::unexpected<Error> bad(std::string_view why) const {
        return fail(ErrorCode::invalid, fmt::format("not UBJSON: {} at byte {}", why, at_));
    }

    [[nodiscard]] char peek() const { return static_cast<char>(bytes_[at_]); }
    [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

    // The next marker; no-ops are skipped.
    Result<char> marker() {
        while (at_ < bytes_.size()) {
            const char c = static_cast<char>(bytes_[at_++]);
            if (c != 'N') return c;
        }
        return bad("it ends too early");
    }

    template <class Bits>
    Bits big_endian() {
        Bits bits = 0;
        for (std::size_t i = 0; i < sizeof(Bits); ++i) {
            bits = static_cast<Bits>(
                (static_cast<std::uint64_t>(bits) << 8U) | std::to_integer<std::uint64_t>(bytes_[at_++])
            );
        }
        return bits;
    }

    // A number or character, whose bytes are known to be there.
    json::Value fixed_width(char type) {
        switch (type) {
            case 'i': return static_cast<std::int64_t>(static_cast<std::int8_t>(big_endian<std::uint8_t>()));
            case 'U': return static_cast<std::int64_t>(big_endian<std::uint8_t>());
            case 'I': return static_cast<std::int64_t>(static_cast<std::int16_t>(big_endian<std::uint16_t>()));
            case 'l': return static_cast<std::int64_t>(static_cast<std::int32_t>(big_endian<std::uint32_t>()));
            case 'L': return static_cast<std::int64_t>(big_endian<std::uint64_t>());
            case 'd': return static_cast<double>(std::bit_cast<float>(big_endian<std::uint32_t>()));
            case 'D': return std::bit_cast<double>(big_endian<std::uint64_t>());
            default: {
                const char character = static_cast<char>(big_endian<std::uint8_t>());
                return json::Value(boost::json::string(&character, 1));
            }
        }
    }

    Result<std::size_t> length() {
        BOON_TRY(const char type, marker());
        if (type == 'C' || type == 'd' || type == 'D' || width_of(type) == 0) return bad("a length is not an integer");
        if (left() < width_of(type)) return bad("it ends too early");
        const std::int64_t length = fixed_width(type).get_int64();
        if (length < 0) return bad("a length is negative");
        // Nothing announced takes less than one byte of what follows.
        if (static_cast<std::uint64_t>(length) > left()) return bad("a length goes beyond the end");
        return static_cast<std::size_t>(length);
    }

    Result<std::string_view> text() {
        BOON_TRY(const std::size_t size, length());
        const std::string_view text(reinterpret_cast<const char*>(bytes_.data()) + at_, size);
        at_ += size;
        return text;
    }

    Result<json::Value> value_of(char type, std::size_t depth) {
        switch (type) {
            case 'Z': return json::Value(nullptr);
            case 'T': return json::Value(true);
            case 'F': return json::Value(false);
            case 'S': {
                BOON_TRY(const std::string_view string, text());
                return json::Value(boost::json::string(string));
            }
            case '[': return array(depth + 1);
            case '{': return object(depth + 1);
            default: break;
        }
        if (width_of(type) == 0)
            return bad(fmt::format("marker {:#04x} is not known", static_cast<unsigned char>(type)));
        if (left() < width_of(type)) return bad("it ends too early");
        return fixed_width(type);
    }

    Result<Announced> announced(std::size_t depth) {
        if (depth > json::kMaxDepth) return bad(fmt::format("nested deeper than {}", json::kMaxDepth));
        Announced result;
        if (left() > 0 && peek() == '$') {
            ++at_;
            BOON_TRY(const char type, marker());
            // Values without bytes could be announced by the million in a dozen bytes, again and again.
            if (type == 'Z' || type == 'T' || type == 'F') return bad("a container announces values without bytes");
            result.type = type;
            if (left() == 0 || peek() != '#') return bad("a container has a type but no count");
        }
        if (left() > 0 && peek() == '#') {
            ++at_;
            BOON_TRY(const std::size_t count, length());
            result.count = count;
        }
        return result;
    }

    Result<json::Value> array(std::size_t depth) {
        BOON_TRY(const Announced expected, announced(depth));
        json::Array items;
        if (expected.type && width_of(*expected.type) > 0) return numbers(*expected.type, *expected.count);
        for (std::size_t i = 0; !expected.count || i < *expected.count; ++i) {
            char type = 0;
            if (expected.type) {
                type = *expected.type;
            } else {
                BOON_TRY(type, marker());
            }
            if (!expected.count && type == ']') break;
            BOON_TRY(json::Value item, value_of(type, depth));
            items.push_back(std::move(item));
        }
        return json::Value(std::move(items));
    }

    Result<json::Value> numbers(char type, std::size_t count) {
        if (count > left() / width_of(type)) return bad("an array goes beyond the end");
        json::Array items;
        items.reserve(count);
        for (std::size_t i = 0; i < count; ++i) items.push_back(fixed_width(type));
        return json::Value(std::move(items));
    }

    Result<json::Value> object(std::size_t depth) {
        BOON_TRY(const Announced expected, announced(depth));
        json::Object members;
        bool is_closed = false;
        for (std::size_t i = 0; !expected.count || i < *expected.count; ++i) {
            while (left() > 0 && peek() == 'N') ++at_;
            if (!expected.count && left() > 0 && peek() == '}') {
                is_closed = true;
                break;
            }
            BOON_CHECK(member(members, expected.type, depth));
        }
        if (is_closed) ++at_;
        return json::Value(std::move(members));
    }

    Status member(json::Object& members, std::optional<char> announced_type, std::size_t depth) {
        BOON_TRY(const std::string_view key, text());
        char type = 0;
        if (announced_type) {
            type = *announced_type;
        } else {
            BOON_TRY(type, marker());
        }
        BOON_TRY(json::Value value, value_of(type, depth));
        if (!members.emplace(key, std::move(value)).second)
            return bad(fmt::format("the member `{}` appears twice", key));
        return {};
    }

    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
};

}  // namespace

Result<json::Value> parse_ubjson(std::span<const std::byte> bytes) { return UbjsonReader(bytes).document(); }

}  // namespace boon::models
