#include "platform/delivery/key_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

namespace boon::delivery {

namespace {

using Key = std::array<unsigned char, crypto_secretbox_KEYBYTES>;

std::unexpected<Error> could_not(std::string_view what, const std::filesystem::path& path) {
    return fail(
        ErrorCode::unavailable,
        fmt::format("could not {} {}: {}", what, path.string(), std::generic_category().message(errno)),
        "it holds the key that secrets are sealed with"
    );
}

class File {
public:
    File(const std::filesystem::path& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    [[nodiscard]] int get() const { return descriptor_; }

private:
    int descriptor_;
};

// Whole or not at all: written beside, then linked, so that a crash leaves no half key and two starts agree on one.
Status make_key(const std::filesystem::path& path) {
    Key key{};
    randombytes_buf(key.data(), key.size());
    const std::filesystem::path beside = fmt::format("{}.{}", path.string(), ::getpid());
    {
        const File file(beside, O_WRONLY | O_CREAT | O_TRUNC);
        const bool written = file.is_open() && ::write(file.get(), key.data(), key.size()) == std::ssize(key);
        if (!written || ::fsync(file.get()) != 0) return could_not("write", beside);
    }
    const bool linked = ::link(beside.c_str(), path.c_str()) == 0 || errno == EEXIST;
    const Status made = linked ? Status() : could_not("make", path);
    ::unlink(beside.c_str());
    return made;
}

Result<Key> read_key(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) BOON_CHECK(make_key(path));
    const File file(path, O_RDONLY);
    std::array<unsigned char, crypto_secretbox_KEYBYTES + 1> bytes{};
    const auto size = file.is_open() ? ::read(file.get(), bytes.data(), bytes.size()) : -1;
    if (size < 0) return could_not("read", path);
    Key key{};
    if (size != std::ssize(key)) {
        return fail(
            ErrorCode::invalid, fmt::format("{} holds {} bytes where a key has {}", path.string(), size, key.size()),
            "put the key back from your backup; without it webhooks need new secrets"
        );
    }
    std::memcpy(key.data(), bytes.data(), key.size());
    return key;
}

std::string seal(const Key& key, std::string_view secret) {
    std::string box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + secret.size(), '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(box.data());
    randombytes_buf(bytes, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(
        bytes + crypto_secretbox_NONCEBYTES, reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
        bytes, key.data()
    );
    std::string hex(box.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), bytes, box.size());
    hex.pop_back();
    return hex;
}

Result<std::string> open_box(const Key& key, std::string_view hex) {
    std::string box(hex.size() / 2, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(box.data());
    std::size_t size = 0;
    constexpr std::size_t kAround = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    const bool is_hex = sodium_hex2bin(bytes, box.size(), hex.data(), hex.size(), nullptr, &size, nullptr) == 0;
    if (is_hex && size == box.size() && size >= kAround) {
        std::string secret(size - kAround, '\0');
        const int failed = crypto_secretbox_open_easy(
            reinterpret_cast<unsigned char*>(secret.data()), bytes + crypto_secretbox_NONCEBYTES,
            size - crypto_secretbox_NONCEBYTES, bytes, key.data()
        );
        if (failed == 0) return secret;
    }
    return fail(
        ErrorCode::unavailable, "the secret of a webhook cannot be opened: it was sealed with another key",
        "put the key file back from your backup, or give the webhook a new secret"
    );
}

}  // namespace

Result<Sealing> sealing_with(const std::filesystem::path& path) {
    if (sodium_init() < 0) return fail(ErrorCode::internal, "the system has no source of randomness");
    BOON_TRY(const Key key, read_key(path));
    return Sealing{
        .seal = [key](std::string_view secret) { return Result<std::string>(seal(key, secret)); },
        .open = [key](std::string_view sealed) { return open_box(key, sealed); },
    };
}

}  // namespace boon::delivery
