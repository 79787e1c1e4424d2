#include "records/sync/file.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/testing/scratch.h"
#include "records/sync/sources.h"

namespace boon::sync {
namespace {

using ::testing::HasSubstr;

class FileSourceTest : public ::testing::Test {
protected:
    void write(const std::string& name, std::string_view text) { std::ofstream(folder_.path() / name) << text; }
    // Ids of the records, or the error.
    std::string crawl(const std::string& path, std::string_view options = "{}", const std::string& token = {}) {
        const SourceConfig config{
            .name = "f", .kind = SourceKind::file, .base_url = path, .options = *json::parse(options)
        };
        auto source = make_source(config, {.now = {}, .sleep = {}, .uniform = {}, .folders = {folder_.path()}});
        if (!source) return to_text(source.error());
        std::string ids;
        const auto end = (*source)->crawl({token}, [&](std::vector<UpstreamRecord>&& page, std::int64_t) -> Status {
            for (const auto& record : page) ids += record.external_id + " ";
            return {};
        });
        if (!end) return to_text(end.error());
        token_ = end->token;
        return end->unchanged ? "unchanged" : ids;
    }

    db::testing::TemporaryFolder folder_;
    std::string token_;
};

TEST_F(FileSourceTest, ReadsCsvJsonAndJsonLines) {
    write("a.csv", "id,name\n1,One\n2,Two\n");
    write("b.json", R"([{"id":3},{"id":"4"}])");
    write("c.jsonl", "{\"id\":5}\n\n{\"id\":6}\n");
    write("notes.txt", "not read");
    EXPECT_EQ(crawl("a.csv"), "1 2 ");
    EXPECT_EQ(crawl("."), "1 2 3 4 5 6 ");
    EXPECT_EQ(crawl("b.json", R"({"id":"/nothing"})"), "  ");
}

TEST_F(FileSourceTest, IsNotReadAgainUntilItChanges) {
    write("a.csv", "id\n1\n");
    EXPECT_EQ(crawl("a.csv"), "1 ");
    EXPECT_EQ(crawl("a.csv", "{}", token_), "unchanged");
    write("a.csv", "id\n1\n2\n");
    EXPECT_EQ(crawl("a.csv", "{}", token_), "1 2 ");
}

TEST_F(FileSourceTest, SaysWhatIsWrongAndWhere) {
    write("short.csv", "id,name\n1\n");
    write("object.json", R"({"items":[{"id":1}]})");
    write("broken.jsonl", "{\"id\":1}\n{\"id\":\n");
    EXPECT_EQ(crawl("short.csv"), "short.csv: line 2 has 1 cells, the header 2");
    EXPECT_THAT(crawl("object.json"), HasSubstr("object.json: the file is not a JSON array"));
    EXPECT_EQ(crawl("object.json", R"({"items":"/items"})"), "1 ");
    EXPECT_THAT(crawl("broken.jsonl"), HasSubstr("broken.jsonl: line 2: "));
    EXPECT_THAT(crawl("none.csv"), HasSubstr("none.csv: No such file or directory"));
    EXPECT_THAT(crawl("a.csv", R"({"separator":";;","colour":1})"), HasSubstr("/colour: is not a known field"));
}

TEST_F(FileSourceTest, ReadsBelowItsFoldersOnly) {
    std::filesystem::create_symlink("/etc/passwd", folder_.path() / "link.csv");
    EXPECT_THAT(crawl("/etc/passwd"), HasSubstr("/etc/passwd is outside the folders that a source may read"));
    EXPECT_THAT(crawl("../x.csv"), HasSubstr("is outside the folders"));
    EXPECT_THAT(crawl("link.csv"), HasSubstr("/etc/passwd is outside"));
}

TEST(ManualSource, HasNothingToFetch) {
    auto source = make_source({.name = "manual", .kind = SourceKind::manual}, {});
    ASSERT_TRUE(source);
    const auto end = (*source)->crawl({}, [](std::vector<UpstreamRecord>&&, std::int64_t) { return Status(); });
    EXPECT_EQ(end.error().message, "the offers of `manual` are edited by hand; there is nothing to fetch");
}

}  // namespace
}  // namespace boon::sync
