#include "platform/db/testing/scratch.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "platform/db/testing/postgres_server.h"

namespace boon::db::testing {

namespace {

const PostgresServer& server() {
    static const PostgresServer kServer;
    return kServer;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "boon-test-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Scratch::Scratch(Engine engine) {
    if (engine == Engine::sqlite) {
        url_ = "sqlite:" + file().string();
        return;
    }
    static std::atomic<int> made = 0;
    name_ = "scratch" + std::to_string(++made);
    server().administer("create schema " + name_);
    url_ = server().url(name_);
}

Scratch::~Scratch() {
    if (!name_.empty()) server().administer("drop schema " + name_ + " cascade");
}

std::unique_ptr<Database> Scratch::open(int readers) const {
    auto database = Database::open({.url = url_, .readers = readers});
    if (!database) {
        std::fprintf(stderr, "%s\n", to_text(database.error()).c_str());
        std::abort();
    }
    return *std::move(database);
}

}  // namespace boon::db::testing
