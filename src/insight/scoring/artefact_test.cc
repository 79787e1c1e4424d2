#include "insight/scoring/artefact.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/testing/scratch.h"

namespace boon::scoring {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Artefacts : public testing::Test {
protected:
    Manifest manifest_{.name = "churn", .version = "v1", .kind = ModelKind::probability, .code_version = "0.1.0"};
    db::testing::TemporaryFolder folder_;
};

TEST_F(Artefacts, ReadBackWhole) {
    const auto written = write_artefact(folder_.path(), manifest_, {{"card.json", "{}"}, {"model.ubj", "abc"}});
    ASSERT_TRUE(written) << to_text(written.error());
    EXPECT_EQ(written->folder, folder_.path() / "churn" / "v1");
    const auto read = read_artefact(written->folder, written->manifest_hash);
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->files.at("model.ubj"), "abc");
    EXPECT_EQ(read->manifest.kind, ModelKind::probability);
    // SHA-256 of "abc" (FIPS 180-2, appendix B.1).
    EXPECT_EQ(
        read->manifest.files.at("model.ubj").sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    EXPECT_FALSE(fs::exists(folder_.path() / "churn" / "v1.part"));
}

TEST_F(Artefacts, ADamagedOneIsRefusedByName) {
    const auto written = *write_artefact(folder_.path(), manifest_, {{"card.json", "{}"}, {"model.ubj", "abc"}});
    std::ofstream(written.folder / "model.ubj") << "abd";
    auto read = read_artefact(written.folder, written.manifest_hash);
    EXPECT_THAT(read.error().message, HasSubstr("is damaged: model.ubj does not have the bytes it was written with"));
    EXPECT_EQ(read.error().code, ErrorCode::conflict);
    fs::remove(written.folder / "model.ubj");
    EXPECT_THAT(read_artefact(written.folder, "").error().message, HasSubstr("model.ubj is missing"));
    read = read_artefact(written.folder, "00");
    EXPECT_THAT(read.error().message, HasSubstr("manifest.json is not the one that was registered"));
    EXPECT_THAT(read_artefact(folder_.path() / "x", "").error().message, HasSubstr("there is no model in"));
}

TEST_F(Artefacts, AManifestCannotReachOutside) {
    const auto written = *write_artefact(folder_.path(), manifest_, {{"card.json", "{}"}});
    manifest_.files["../../secret"] = {"", 0};
    std::ofstream(written.folder / "manifest.json") << json::write(manifest_);
    EXPECT_THAT(read_artefact(written.folder, "").error().message, HasSubstr("names a file outside its folder"));
}

TEST_F(Artefacts, AVersionIsWrittenOnce) {
    ASSERT_TRUE(write_artefact(folder_.path(), manifest_, {{"card.json", "{}"}}));
    EXPECT_EQ(write_artefact(folder_.path(), manifest_, {}).error().code, ErrorCode::conflict);
}

TEST_F(Artefacts, AFailedWriteLeavesNothing) {
    std::ofstream(folder_.path() / "churn") << "a file where the folder should be";
    const auto failed = write_artefact(folder_.path(), manifest_, {{"card.json", "{}"}});
    EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
    EXPECT_THAT(failed.error().message, HasSubstr("could not make the folder"));
}

}  // namespace
}  // namespace boon::scoring
