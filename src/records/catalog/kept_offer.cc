#include "records/catalog/kept_offer.h"

#include <bit>
#include <cstring>
#include <string>

namespace boon::catalog {

// `bytes`: the name, then of every other member that is not an Offer's default its place and its value.
struct KeptOffer::Held {
    OfferId offer_id;
    std::uint32_t name_size;
    std::int64_t version;
    std::string bytes;
};

namespace {

// Never leaves the process, so it need not be readable by another machine or release.
class Packer {
public:
    explicit Packer(std::string& out) : out_(out) {}

    void put_byte(unsigned byte) { out_ += static_cast<char>(byte); }
    void put(bool value) { put_byte(value ? 1 : 0); }
    void put(double value) { put_size(std::bit_cast<std::uint64_t>(value)); }
    void put(std::int32_t value) { put(std::int64_t{value}); }
    // Small ones of either sign are short.
    void put(std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        put_size((bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0));
    }
    void put(Timestamp value) { put(value.micros); }
    void put(Money value) { put(value.minor); }
    void put(std::string_view value) {
        put_size(value.size());
        out_ += value;
    }
    void put(const std::string& value) { put(std::string_view(value)); }
    void put(const json::Value& value) { put(json::to_text(value)); }
    template <DescribedEnum E>
    void put(E value) {
        put_byte(static_cast<unsigned>(value));
    }
    template <class T>
    void put(const std::optional<T>& value) {
        put(value.has_value());
        if (value) put(*value);
    }
    template <class T>
    void put(const std::vector<T>& values) {
        put_size(values.size());
        for (const T& value : values) put(value);
    }
    template <class T>
    void put(const std::map<std::string, T>& values) {
        put_size(values.size());
        for (const auto& [key, value] : values) {
            put(key);
            put(value);
        }
    }
    template <DescribedRecord T>
    void put(const T& record) {
        boost::mp11::mp_for_each<MembersOf<T>>([&](auto described) { put(record.*described.pointer); });
    }

private:
    void put_size(std::uint64_t size) {
        for (; size >= 0x80; size >>= 7U) put_byte(static_cast<unsigned>(size & 0x7fU) | 0x80U);
        put_byte(static_cast<unsigned>(size));
    }

    std::string& out_;
};

class Unpacker {
public:
    explicit Unpacker(std::string_view bytes) : left_(bytes) {}

    [[nodiscard]] bool is_done() const { return left_.empty(); }
    unsigned take_byte() {
        BOON_ASSERT(!left_.empty());
        const auto byte = static_cast<unsigned char>(left_.front());
        left_.remove_prefix(1);
        return byte;
    }
    void take(bool& value) { value = take_byte() != 0; }
    void take(double& value) { value = std::bit_cast<double>(take_size()); }
    void take(std::int32_t& value) {
        std::int64_t wide = 0;
        take(wide);
        value = static_cast<std::int32_t>(wide);
    }
    void take(std::int64_t& value) {
        const std::uint64_t bits = take_size();
        value = static_cast<std::int64_t>((bits >> 1U) ^ ((bits & 1U) != 0 ? ~std::uint64_t{0} : 0));
    }
    void take(Timestamp& value) { take(value.micros); }
    void take(Money& value) { take(value.minor); }
    void take(std::string& value) { value = take_text(); }
    void take(json::Value& value) {
        auto parsed = json::parse(take_text());
        BOON_ASSERT(parsed.has_value());
        value = *std::move(parsed);
    }
    template <DescribedEnum E>
    void take(E& value) {
        value = static_cast<E>(take_byte());
    }
    template <class T>
    void take(std::optional<T>& value) {
        bool is_there = false;
        take(is_there);
        value.reset();
        if (is_there) take(value.emplace());
    }
    template <class T>
    void take(std::vector<T>& values) {
        values.resize(static_cast<std::size_t>(take_size()));
        for (T& value : values) take(value);
    }
    template <class T>
    void take(std::map<std::string, T>& values) {
        values.clear();
        for (std::uint64_t left = take_size(); left > 0; --left) {
            std::string key(take_text());
            take(values.emplace_hint(values.end(), std::move(key), T{})->second);
        }
    }
    template <DescribedRecord T>
    void take(T& record) {
        boost::mp11::mp_for_each<MembersOf<T>>([&](auto described) { take(record.*described.pointer); });
    }

private:
    std::uint64_t take_size() {
        std::uint64_t size = 0;
        for (unsigned shift = 0;; shift += 7) {
            const unsigned byte = take_byte();
            size |= std::uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80U) return size;
        }
    }
    std::string_view take_text() {
        const auto size = static_cast<std::size_t>(take_size());
        BOON_ASSERT(size <= left_.size());
        const std::string_view text = left_.substr(0, size);
        left_.remove_prefix(size);
        return text;
    }

    std::string_view left_;
};

const Offer& blank() {
    static const Offer offer;
    return offer;
}

bool is_name(std::string_view member) { return member == "name"; }

}  // namespace

KeptOffer::KeptOffer(const Offer& offer) {
    std::string bytes = offer.name;
    Packer packer(bytes);
    unsigned place = 0;
    boost::mp11::mp_for_each<MembersOf<Offer>>([&](auto described) {
        const auto& value = offer.*described.pointer;
        if (!is_name(described.name) && !(value == blank().*described.pointer)) {
            packer.put_byte(place);
            packer.put(value);
        }
        ++place;
    });
    held_ = std::make_shared<const Held>(
        // Copied: without the room that it grew by.
        Held{
            offer.offer_id, static_cast<std::uint32_t>(offer.name.size()), offer.version,
            std::string(bytes.c_str(), bytes.size())
        }
    );
}

OfferId KeptOffer::offer_id() const { return held_->offer_id; }

std::int64_t KeptOffer::version() const { return held_->version; }

std::string_view KeptOffer::name() const { return std::string_view(held_->bytes).substr(0, held_->name_size); }

Offer KeptOffer::offer() const {
    Offer offer;
    offer.name = name();
    Unpacker unpacker(std::string_view(held_->bytes).substr(held_->name_size));
    while (!unpacker.is_done()) {
        boost::mp11::mp_with_index<boost::mp11::mp_size<MembersOf<Offer>>::value>(
            unpacker.take_byte(),
            [&]<class Place>(Place) {
                using Described = boost::mp11::mp_at<MembersOf<Offer>, Place>;
                unpacker.take(offer.*Described::pointer);
            }
        );
    }
    return offer;
}

std::size_t KeptOffer::memory_bytes() const {
    constexpr std::size_t kControlBlock = 16;
    return kControlBlock + sizeof(Held) + held_->bytes.capacity() + 1;
}

bool KeptOffer::operator==(const KeptOffer& other) const {
    return shares_with(other) || (offer_id() == other.offer_id() && held_->bytes == other.held_->bytes);
}

}  // namespace boon::catalog
