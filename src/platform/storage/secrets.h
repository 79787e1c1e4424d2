// Secrets of others (passwords, tokens of the systems boon talks to), sealed for the database: libsodium's secretbox
// (XSalsa20 and Poly1305) under a key that is not in the database. A sealed text names the place it belongs to, so that
// one copied elsewhere does not open, and the key it was sealed under, so that a wrong key is told from damage.
//
// Rotation: the new key seals, the old one still opens, until everything has been sealed anew.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"

namespace boon::storage {

// 32 bytes that are wiped when they go.
class SecretKey {
public:
    static constexpr std::size_t kBytes = 32;

    // 64 hexadecimal digits, or base64 (44 characters). `invalid` otherwise; the error does not repeat the text.
    static Result<SecretKey> parse(std::string_view text);
    static SecretKey make();

    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey();

    // Eight hexadecimal digits that tell keys apart and say nothing of them.
    [[nodiscard]] std::string id() const;
    [[nodiscard]] std::string to_hex() const;
    [[nodiscard]] const unsigned char* bytes() const { return bytes_.data(); }

private:
    SecretKey() = default;
    std::array<unsigned char, kBytes> bytes_{};
};

// Thread-safe.
class SecretBox {
public:
    // The first key seals; all of them open.
    explicit SecretBox(std::vector<SecretKey> keys);
    // From now on these.
    void use(std::vector<SecretKey> keys);

    // `place`: what the secret belongs to, such as `sync/xiva/password`.
    [[nodiscard]] std::string seal(std::string_view secret, std::string_view place) const;
    // `failed_precondition`: sealed under a key that is not here; `internal`: damaged, or of another place.
    [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view place) const;
    // Whether it is sealed under the first key.
    [[nodiscard]] bool is_current(std::string_view sealed) const;
    [[nodiscard]] std::string key_id() const;

private:
    [[nodiscard]] std::vector<SecretKey> keys() const;

    mutable std::mutex mutex_;
    std::vector<SecretKey> keys_;
};

// A key file: one key a line, the current one first; readable by its owner only (0600), `failed_precondition` when
// others may read it. Lines that begin with # are comments.
Result<std::vector<SecretKey>> read_key_file(const std::filesystem::path& path);
// Written beside, synced and renamed, so that the file is always whole.
Status write_key_file(const std::filesystem::path& path, const std::vector<SecretKey>& keys);

}  // namespace boon::storage
