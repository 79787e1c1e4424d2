#include "insight/scoring/artefact.h"

#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "platform/storage/digest.h"

namespace boon::scoring {
namespace {

namespace fs = std::filesystem;

std::string hash_of(std::string_view text) { return storage::to_hex(storage::sha256(text)); }

std::unexpected<Error> disk_error(std::string_view doing, const fs::path& path, int code) {
    return fail(
        ErrorCode::unavailable, fmt::format("could not {} {}: {}", doing, path.string(), std::strerror(code)),
        "check the folder's permissions and the disk's free space"
    );
}

Status sync_path(const fs::path& path, int flags) {
    const int fd = open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0) return disk_error("open", path, errno);
    const int done = fsync(fd);
    const int code = errno;
    close(fd);
    if (done != 0) return disk_error("write", path, code);
    return {};
}

Status write_synced(const fs::path& path, std::string_view text) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.close();
    if (!out) return disk_error("write", path, errno);
    return sync_path(path, O_RDONLY);
}

// A name that stays within its folder.
bool is_plain(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
           name.find('\0') == std::string_view::npos;
}

Result<std::string> read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    if (!in) return fail(ErrorCode::not_found, fmt::format("could not read {}", path.string()));
    return std::move(text).str();
}

std::unexpected<Error> damaged(const fs::path& folder, std::string_view file, std::string_view how) {
    return fail(
        ErrorCode::conflict, fmt::format("the model in {} is damaged: {} {}", folder.string(), file, how),
        "restore the folder from a backup, or train and promote a new version"
    );
}

class Unfinished {  // removes the half-written folder unless it is kept
public:
    explicit Unfinished(fs::path folder) : folder_(std::move(folder)) {}
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    ~Unfinished() {
        std::error_code ignored;
        if (!kept_) fs::remove_all(folder_, ignored);
    }
    void keep() { kept_ = true; }

private:
    fs::path folder_;
    bool kept_ = false;
};

Status write_all(const fs::path& folder, const std::map<std::string, std::string>& files, std::string_view manifest) {
    for (const auto& [name, text] : files) BOON_CHECK(write_synced(folder / name, text));
    BOON_CHECK(write_synced(folder / kManifestFile, manifest));
    return sync_path(folder, O_RDONLY | O_DIRECTORY);
}

// The folder appears as a whole.
Result<WrittenArtefact> write_folder(
    const fs::path& parent, const std::string& version, const std::map<std::string, std::string>& files,
    const std::string& manifest_text
) {
    const fs::path folder = parent / version;
    const fs::path part = parent / (version + ".part");
    std::error_code code;
    if (fs::exists(folder, code)) {
        return fail(ErrorCode::conflict, fmt::format("there already is a model in {}", folder.string()));
    }
    fs::create_directories(part, code);
    if (code) return disk_error("make the folder", part, code.value());
    Unfinished unfinished(part);
    BOON_CHECK(write_all(part, files, manifest_text));
    fs::rename(part, folder, code);
    if (code) return disk_error("rename to", folder, code.value());
    unfinished.keep();
    BOON_CHECK(sync_path(parent, O_RDONLY | O_DIRECTORY));
    return WrittenArtefact{folder, hash_of(manifest_text)};
}

}  // namespace

Result<WrittenArtefact> write_artefact(
    const fs::path& models_folder, Manifest manifest, const std::map<std::string, std::string>& files
) {
    BOON_ASSERT(is_plain(manifest.name) && is_plain(manifest.version));
    manifest.files.clear();
    for (const auto& [name, text] : files) {
        BOON_ASSERT(is_plain(name));
        manifest.files[name] = {hash_of(text), static_cast<std::int64_t>(text.size())};
    }
    return write_folder(models_folder / manifest.name, manifest.version, files, json::write(manifest));
}

Result<WrittenArtefact> copy_artefact(
    const fs::path& models_folder, std::string_view name, std::string_view version,
    const std::map<std::string, std::string>& files
) {
    const auto manifest = files.find(std::string(kManifestFile));
    const bool plain = is_plain(std::string(name)) && is_plain(std::string(version)) &&
                       std::ranges::all_of(files, [](const auto& file) { return is_plain(file.first); });
    if (manifest == files.end() || !plain) {
        return fail(ErrorCode::invalid, fmt::format("what is kept of {} {} is no model", name, version));
    }
    auto others = files;
    others.erase(std::string(kManifestFile));
    return write_folder(models_folder / name, std::string(version), others, manifest->second);
}

Result<Artefact> read_artefact(const fs::path& folder, std::string_view manifest_hash) {
    const auto manifest_text = read_file(folder / kManifestFile);
    if (!manifest_text) {
        return fail(
            ErrorCode::not_found, fmt::format("there is no model in {}", folder.string()),
            "train one with `boon train`, or restore the folder from a backup"
        );
    }
    if (!manifest_hash.empty() && hash_of(*manifest_text) != manifest_hash) {
        return damaged(folder, kManifestFile, "is not the one that was registered");
    }
    auto manifest = json::read_text<Manifest>(*manifest_text, {.currency = {}, .read_as = json::ReadAs::stored});
    if (!manifest) return damaged(folder, kManifestFile, "cannot be read: " + manifest.error().message);
    if (manifest->format != 1) {
        return fail(
            ErrorCode::conflict, fmt::format("the model in {} has format {}", folder.string(), manifest->format),
            "this boon reads format 1: use the release that wrote it, or train anew"
        );
    }
    Artefact out;
    out.manifest = *std::move(manifest);
    for (const auto& [name, entry] : out.manifest.files) {
        if (!is_plain(name)) return damaged(folder, kManifestFile, "names a file outside its folder");
        auto text = read_file(folder / name);
        if (!text) return damaged(folder, name, "is missing");
        if (hash_of(*text) != entry.sha256) return damaged(folder, name, "does not have the bytes it was written with");
        out.files[name] = *std::move(text);
    }
    return out;
}

}  // namespace boon::scoring
