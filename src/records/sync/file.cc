#include "records/sync/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <sys/stat.h>

#include "platform/base/record.h"
#include "platform/http/retry.h"
#include "platform/storage/digest.h"
#include "records/sync/path.h"
#include "records/sync/rows.h"

namespace boon::sync {

namespace {

namespace fs = std::filesystem;

// The whole text is in memory while it is read.
constexpr std::uintmax_t kMaxBytes = std::uintmax_t{256} << 20U;

std::unexpected<Error> unreadable(const fs::path& path) {
    const auto code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable;
    return fail(code, fmt::format("could not read {}: {}", path.string(), std::strerror(errno)));
}

// What changes when a file's content does: its size and when it was written.
Result<std::string> state_of(const fs::path& path) {
    struct stat facts{};
    if (stat(path.c_str(), &facts) != 0) return unreadable(path);
    if (std::cmp_greater(facts.st_size, kMaxBytes)) {
        return fail(
            ErrorCode::limited,
            fmt::format("{} has {} MiB; at most {} are read", path.string(), facts.st_size >> 20, kMaxBytes >> 20U),
            "split it into several files of one folder"
        );
    }
    return fmt::format("{}|{}|{}.{:09}\n", path.string(), facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
}

Result<std::string> read_whole(const fs::path& path) {
    BOON_TRY(const std::string before, state_of(path));
    std::ifstream file(path, std::ios::binary);
    if (!file) return unreadable(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (file.bad()) return unreadable(path);
    BOON_TRY(const std::string after, state_of(path));
    if (before != after) {
        return fail(
            ErrorCode::unavailable, fmt::format("{} was written while it was read", path.string()),
            "write a new file beside it and rename it, so that it changes at once"
        );
    }
    return std::move(text).str();
}

bool is_below(const fs::path& path, const fs::path& folder) {
    const auto [end, at] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return end == folder.end();
}

// Links are followed first, so that none leads out of the allowed folders.
Result<fs::path> allowed_path(const std::string& wanted, const World& world) {
    if (world.folders.empty()) return fail(ErrorCode::forbidden, "no folder is allowed to be read");
    std::error_code problem;
    const fs::path path = fs::weakly_canonical(world.folders.front() / fs::path(wanted), problem);
    if (problem) return fail(ErrorCode::unavailable, fmt::format("could not read {}: {}", wanted, problem.message()));
    for (const fs::path& folder : world.folders) {
        const fs::path root = fs::weakly_canonical(folder, problem);
        if (!problem && is_below(path, root)) return path;
    }
    return fail(
        ErrorCode::forbidden, fmt::format("{} is outside the folders that a source may read", path.string()),
        fmt::format("put the file below {} (setting sync.folder)", world.folders.front().string())
    );
}

Result<std::vector<fs::path>> files_of(const fs::path& path) {
    std::error_code problem;
    if (!fs::is_directory(path, problem)) return std::vector{path};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path, problem)) {
        if (entry.is_regular_file(problem) && format_of(entry.path().filename().string())) {
            files.push_back(entry.path());
        }
    }
    if (problem) {
        return fail(ErrorCode::unavailable, fmt::format("could not read {}: {}", path.string(), problem.message()));
    }
    if (files.empty()) {
        return fail(
            ErrorCode::not_found, fmt::format("there is no file in {}", path.string()),
            "it reads files that end in .csv, .json or .jsonl"
        );
    }
    std::ranges::sort(files);
    return files;
}

class FolderSource final : public Source {
public:
    FolderSource(std::string path, FileOptions options, World world)
        : path_(std::move(path)), options_(std::move(options)), world_(std::move(world)) {}

    Result<CrawlEnd> crawl(const CrawlStart& start, const OnPage& on_page) override {
        BOON_TRY(const fs::path path, allowed_path(path_, world_));
        BOON_TRY(const auto files, files_of(path));
        std::string states;
        for (const fs::path& file : files) {
            BOON_TRY(const std::string state, state_of(file));
            states += state;
        }
        CrawlEnd end{.token = "files:" + storage::to_hex(storage::sha256(states))};
        end.unchanged = start.token == end.token;
        if (end.unchanged) return end;
        for (const fs::path& file : files) {
            BOON_TRY(const std::string text, read_whole(file));
            const std::string name = file.filename().string();
            BOON_CHECK(hand_out({.name = name, .text = text, .format = format_of(name)}, options_, on_page, end));
        }
        return end;
    }

private:
    std::string path_;
    FileOptions options_;
    World world_;
};

class UrlSource final : public Source {
public:
    UrlSource(const SourceConfig& config, FileOptions options, World world)
        : url_(config.base_url), options_(std::move(options)), world_(std::move(world)), client_(limits(world_.http)) {
        if (const auto token = config.secrets.find("token"); token != config.secrets.end()) {
            authorization_ = "Bearer " + token->second;
        }
    }

    Result<CrawlEnd> crawl(const CrawlStart& start, const OnPage& on_page) override {
        http::ClientRequest request{.url = url_};
        if (!authorization_.empty()) request.headers.push_back({"Authorization", authorization_});
        constexpr std::string_view kEtag = "etag:";
        constexpr std::string_view kModified = "modified:";
        if (start.token.starts_with(kEtag)) {
            request.headers.push_back({"If-None-Match", start.token.substr(kEtag.size())});
        } else if (start.token.starts_with(kModified)) {
            request.headers.push_back({"If-Modified-Since", start.token.substr(kModified.size())});
        }
        BOON_TRY(
            const auto response,
            http::send_with_retries(
                client_, request, {}, {.now = world_.now, .uniform = world_.uniform, .sleep = world_.sleep}
            )
        );
        CrawlEnd end;
        if (response.status == 304 && !start.token.empty()) {
            end.token = start.token;
            end.unchanged = true;
            return end;
        }
        BOON_CHECK(check_answer(response));
        if (const auto etag = response.header("ETag")) {
            end.token = fmt::format("{}{}", kEtag, *etag);
        } else if (const auto modified = response.header("Last-Modified")) {
            end.token = fmt::format("{}{}", kModified, *modified);
        }
        const bool csv = response.content_type.starts_with("text/csv");
        const auto format = csv ? FileFormat::csv : format_of(url_.substr(0, url_.find('?')));
        BOON_CHECK(hand_out({.name = url_, .text = response.body, .format = format}, options_, on_page, end));
        return end;
    }

private:
    static http::ClientOptions limits(http::ClientOptions options) {
        options.response_bytes = std::size_t{kMaxBytes};
        return options;
    }

    [[nodiscard]] Status check_answer(const http::Response& response) const {
        if (response.status != 200) {
            return fail(
                ErrorCode::unavailable, fmt::format("{} answered {}", url_, response.status),
                response.status == 401 || response.status == 403 ? "check the source's secret `token`"
                                                                 : "open the address yourself to see what it says"
            );
        }
        if (response.content_type.starts_with("text/html")) {
            return fail(
                ErrorCode::unavailable, fmt::format("{} answered with a web page, not with offers", url_),
                "it may be a login page; check the address and the secret `token`"
            );
        }
        return {};
    }

    std::string url_;
    FileOptions options_;
    World world_;
    http::Client client_;
    std::string authorization_;
};

}  // namespace

Status check_file_options(const json::Value& options) {
    BOON_TRY(const auto read, json::read<FileOptions>(options));
    Error error{ErrorCode::invalid, "an option is wrong"};
    if (!is_path(read.id)) error.fields.push_back({"/id", "is not a JSON Pointer such as /id"});
    if (!read.items.empty() && !is_path(read.items)) error.fields.push_back({"/items", "is not a JSON Pointer"});
    if (read.separator.size() != 1) error.fields.push_back({"/separator", "must be one character"});
    return error.fields.empty() ? Status() : std::unexpected(std::move(error));
}

const Mapping& file_mapping() {
    static const Mapping kMapping = [] {
        Mapping mapping;
        for (const MappableField& field : mappable_fields()) {
            if (field.name.find('.') != std::string_view::npos) continue;
            mapping.fields[std::string(field.name)].from = {json::pointer_to("", field.name)};
        }
        mapping.fields["is_active"].constant = true;
        for (const char* list : {"channels", "tags"}) mapping.fields[list].split = ";";
        return mapping;
    }();
    return kMapping;
}

Result<std::unique_ptr<Source>> make_file_source(const SourceConfig& config, const World& world) {
    BOON_TRY(auto options, json::read<FileOptions>(config.options));
    if (config.base_url.empty()) {
        return fail(
            ErrorCode::invalid, fmt::format("the source `{}` does not say what to read", config.name),
            "give it the path of a file or folder, or a URL, as its base_url"
        );
    }
    if (config.base_url.starts_with("http://") || config.base_url.starts_with("https://")) {
        return std::make_unique<UrlSource>(config, std::move(options), world);
    }
    return std::make_unique<FolderSource>(config.base_url, std::move(options), world);
}

}  // namespace boon::sync
