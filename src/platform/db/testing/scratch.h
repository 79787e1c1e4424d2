// Databases for tests: real ones, made empty for one test and removed after it.
//
//     class JobsTest : public ::testing::TestWithParam<db::Engine> { … db::testing::Scratch scratch_{GetParam()}; };
//     INSTANTIATE_TEST_SUITE_P(
//         Engines, JobsTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
//     );
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include "platform/db/database.h"

namespace boon::db::testing {

inline constexpr std::array kEngines = {Engine::sqlite, Engine::postgres};

// Names the parameter in a test's name.
struct EngineName {
    template <class Info>
    std::string operator()(const Info& info) const {
        return info.param == Engine::sqlite ? "sqlite" : "postgres";
    }
};

// A folder of its own under the system's temporary one, removed with all in it at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// One empty database. PostgreSQL (Debian's 15) is started at the first use within the process. Aborts with the reason
// when it cannot be had: a test without its database would be no test.
class Scratch {
public:
    explicit Scratch(Engine engine);
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] const std::string& url() const { return url_; }
    // The SQLite file.
    [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "boon.db"; }
    // Another Database on it.
    [[nodiscard]] std::unique_ptr<Database> open(int readers = 4) const;

private:
    TemporaryFolder folder_;
    std::string name_;  // of the PostgreSQL schema: made in milliseconds, a database of its own is not
    std::string url_;
};

}  // namespace boon::db::testing
