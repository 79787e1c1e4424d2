#include "platform/storage/secrets.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

namespace boon::storage {

namespace {

static_assert(SecretKey::kBytes == crypto_secretbox_KEYBYTES);

// `v1:KEYID:BASE64(nonce, box)`
constexpr std::string_view kVersion = "v1:";
constexpr std::size_t kIdDigits = 8;

void start_sodium() { BOON_ASSERT(sodium_init() >= 0); }

std::string to_base64(const std::vector<unsigned char>& bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.resize(std::strlen(text.c_str()));
    return text;
}

bool from_base64(std::string_view text, std::vector<unsigned char>& bytes) {
    bytes.resize(text.size());
    std::size_t size = 0;
    const bool read = sodium_base642bin(
                          bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_ORIGINAL
                      ) == 0;
    bytes.resize(read ? size : 0);
    return read;
}

std::unexpected<Error> disk_error(std::string_view doing, const std::filesystem::path& path) {
    return fail(
        ErrorCode::unavailable,
        fmt::format("could not {} the key file {}: {}", doing, path.string(), std::strerror(errno))
    );
}

Status write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail(ErrorCode::unavailable, std::strerror(errno));
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

Result<SecretKey> SecretKey::parse(std::string_view text) {
    start_sodium();
    SecretKey key;
    std::size_t size = 0;
    const bool hex = text.size() == 2 * kBytes &&
                     sodium_hex2bin(key.bytes_.data(), kBytes, text.data(), text.size(), nullptr, &size, nullptr) == 0;
    if (hex && size == kBytes) return key;
    std::vector<unsigned char> bytes;
    if (text.size() == 44 && from_base64(text, bytes) && bytes.size() == kBytes) {
        std::ranges::copy(bytes, key.bytes_.begin());
        sodium_memzero(bytes.data(), bytes.size());
        return key;
    }
    return fail(
        ErrorCode::invalid, "a secret key is 64 hexadecimal digits, or 32 bytes in base64",
        "make one: openssl rand -hex 32"
    );
}

SecretKey SecretKey::make() {
    start_sodium();
    SecretKey key;
    randombytes_buf(key.bytes_.data(), kBytes);
    return key;
}

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

std::string SecretKey::id() const {
    constexpr std::string_view kPurpose = "boon key id";
    std::array<unsigned char, kIdDigits / 2> digest{};
    std::array<unsigned char, crypto_generichash_BYTES> full{};
    crypto_generichash(
        full.data(), full.size(), reinterpret_cast<const unsigned char*>(kPurpose.data()), kPurpose.size(),
        bytes_.data(), bytes_.size()
    );
    std::copy_n(full.begin(), digest.size(), digest.begin());
    return fmt::format("{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3]);
}

std::string SecretKey::to_hex() const {
    std::string text(2 * kBytes + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes_.data(), kBytes);
    text.pop_back();
    return text;
}

SecretBox::SecretBox(std::vector<SecretKey> keys) : keys_(std::move(keys)) {
    BOON_ASSERT(!keys_.empty());
    start_sodium();
}

void SecretBox::use(std::vector<SecretKey> keys) {
    BOON_ASSERT(!keys.empty());
    const std::scoped_lock lock(mutex_);
    keys_ = std::move(keys);
}

std::vector<SecretKey> SecretBox::keys() const {
    const std::scoped_lock lock(mutex_);
    return keys_;
}

std::string SecretBox::key_id() const { return keys().front().id(); }

std::string SecretBox::seal(std::string_view secret, std::string_view place) const {
    // The place first and a zero byte, which no place has: secretbox has no room for data that is only authenticated.
    const SecretKey key = keys().front();
    std::string plain = fmt::format("{}{}{}", place, '\0', secret);
    std::vector<unsigned char> sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.size());
    randombytes_buf(sealed.data(), crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(
        sealed.data() + crypto_secretbox_NONCEBYTES, reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
        sealed.data(), key.bytes()
    );
    sodium_memzero(plain.data(), plain.size());
    return fmt::format("{}{}:{}", kVersion, key.id(), to_base64(sealed));
}

Result<std::string> SecretBox::open(std::string_view sealed, std::string_view place) const {
    const auto damaged = [&] {
        return fail(
            ErrorCode::internal, fmt::format("the secret {} is damaged and does not open", place), "set it anew"
        );
    };
    if (!sealed.starts_with(kVersion) || sealed.size() < kVersion.size() + kIdDigits + 1) return damaged();
    const std::string_view id = sealed.substr(kVersion.size(), kIdDigits);
    const auto known = keys();
    const auto key = std::ranges::find(known, id, &SecretKey::id);
    if (key == known.end()) {
        return fail(
            ErrorCode::failed_precondition,
            fmt::format("the secret {} was sealed under the key {}, which is not here", place, id),
            "give BOON_SECRET_KEY (or _FILE) as it was then, on every server alike; or set the secret anew"
        );
    }
    std::vector<unsigned char> bytes;
    const bool read = from_base64(sealed.substr(kVersion.size() + kIdDigits + 1), bytes);
    if (!read || bytes.size() < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) return damaged();
    std::string plain(bytes.size() - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES, '\0');
    const bool opened = crypto_secretbox_open_easy(
                            reinterpret_cast<unsigned char*>(plain.data()), bytes.data() + crypto_secretbox_NONCEBYTES,
                            bytes.size() - crypto_secretbox_NONCEBYTES, bytes.data(), key->bytes()
                        ) == 0;
    const auto end = plain.find('\0');
    if (!opened || std::string_view(plain).substr(0, end) != place || end == std::string::npos) return damaged();
    std::string secret = plain.substr(end + 1);
    sodium_memzero(plain.data(), plain.size());
    return secret;
}

bool SecretBox::is_current(std::string_view sealed) const {
    return sealed.starts_with(fmt::format("{}{}:", kVersion, key_id()));
}

Result<std::vector<SecretKey>> read_key_file(const std::filesystem::path& path) {
    struct stat facts{};
    if (stat(path.c_str(), &facts) != 0) return disk_error("read", path);
    if ((facts.st_mode & 077U) != 0) {
        return fail(
            ErrorCode::failed_precondition, fmt::format("the key file {} can be read by others", path.string()),
            fmt::format("chmod 600 {}", path.string())
        );
    }
    std::ifstream file(path);
    if (!file) return disk_error("read", path);
    std::vector<SecretKey> keys;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        auto key = SecretKey::parse(line);
        sodium_memzero(line.data(), line.size());
        if (!key) return in_context(path.string(), std::move(key).error());
        keys.push_back(*std::move(key));
    }
    if (keys.empty()) return fail(ErrorCode::invalid, fmt::format("the key file {} holds no key", path.string()));
    return keys;
}

Status write_key_file(const std::filesystem::path& path, const std::vector<SecretKey>& keys) {
    std::string text = "# Seals the secrets of this boon instance. Keep a copy apart from the database's backups.\n";
    for (const SecretKey& key : keys) text += key.to_hex() + "\n";
    const std::filesystem::path beside = path.string() + ".new";
    const int descriptor = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return disk_error("write", beside);
    Status written = write_all(descriptor, text);
    sodium_memzero(text.data(), text.size());
    if (written && fsync(descriptor) != 0) written = disk_error("write", beside);
    close(descriptor);
    BOON_CHECK(written);
    if (rename(beside.c_str(), path.c_str()) != 0) return disk_error("write", path);
    const int folder = open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return disk_error("write", path);
    const bool synced = fsync(folder) == 0;
    close(folder);
    return synced ? Status() : disk_error("write", path);
}

}  // namespace boon::storage
