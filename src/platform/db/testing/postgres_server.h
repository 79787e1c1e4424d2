// A PostgreSQL server for one test executable: started as an unprivileged user in a temporary folder, reached through
// a Unix socket there, without fsync, stopped when the process ends.
#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace boon::db::testing {

class PostgresServer {
public:
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    // Connections with this URL see `schema` only.
    [[nodiscard]] std::string url(const std::string& schema) const;
    // Runs one statement.
    void administer(const std::string& sql) const;

private:
    void wait_until_ready() const;

    std::filesystem::path folder_;
    pid_t pid_ = -1;
};

}  // namespace boon::db::testing
