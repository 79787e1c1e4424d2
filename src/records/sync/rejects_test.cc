// Records that no offer can be made of, and what is told of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/sync/engine_fixture_test.h"

namespace boon::sync {
namespace {

using ::testing::HasSubstr;

class SyncRejectsTest : public EngineFixture {};
INSTANTIATE_TEST_SUITE_P(
    Engines, SyncRejectsTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(SyncRejectsTest, ANulSpoilsItsRecordOnly) {
    const std::string odd("n\0l", 3);
    upstream_ = {
        {odd, R"({"name":"A"})"},
        {"name", R"({"name":"A\u0000"})"},
        {"tags", R"({"name":"A","tags":["x\u0000","x\u0000"]})"},
        {"segment", R"({"name":"A","target_segment":"s\u0000"})"},
        {"good", R"({"name":"A"})"},
    };
    for (int i = 0; i < 2; ++i) {
        const SyncRun done = run();
        EXPECT_EQ(done.state, RunState::succeeded) << done.reason;
        EXPECT_EQ(done.rejected, 4);
        EXPECT_EQ(
            *runs_.rejects_csv(done.id),
            "external_id,name,reason\r\n"
            "n\\0l,,its id has a NUL in it\r\n"
            "name,,/name: has a NUL in it\r\n"
            "tags,,/tags/0: has a NUL in it\r\n"
            "segment,,/inactive_reason: has a NUL in it\r\n"
        );
    }
    EXPECT_EQ(number("select count(*) from offers"), 1);
}

TEST_P(SyncRejectsTest, NoRejectIsAFormula) {
    upstream_ = {
        {"=1+1", "{}"},
        {"\n=1", "{}"},
        {"\xEF\xBC\x9D"
         "1",
         "{}"},
        {"ok", R"({"name":"A"})"}
    };
    const std::string csv = *runs_.rejects_csv(run().id);
    EXPECT_THAT(csv, HasSubstr("\r\n'=1+1,"));
    EXPECT_THAT(csv, HasSubstr("\r\n\"'\n=1\","));
    EXPECT_THAT(
        csv, HasSubstr("\r\n'\xEF\xBC\x9D"
                       "1,")
    );
}

}  // namespace
}  // namespace boon::sync
