#include "insight/training/foresight.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// Forty rows: `leaves` is missing exactly where the label is 1, `age` says nothing.
Matrix planted() {
    Matrix rows;
    rows.names = {"age", "leaves"};
    for (int i = 0; i < 40; ++i) {
        const bool leaves = i % 4 == 0;
        rows.values.push_back(static_cast<float>(i * 7 % 11));
        rows.values.push_back(leaves ? kMissing : 0);
        rows.labels.push_back(leaves ? 1 : 0);
    }
    return rows;
}

TEST(Foresight, AFeatureThatTellsTheOutcomeAloneIsNamed) {
    EXPECT_THAT(
        foresight_warnings(planted(), true, {}),
        ElementsAre(HasSubstr("\"leaves\" alone orders the test rows with an AUC of 1.000"))
    );
    EXPECT_THAT(foresight_warnings(planted(), false, {}), IsEmpty());
}

TEST(Foresight, AFeatureThatBringsMostOfTheGainIsNamed) {
    const std::vector<Importance> importances = {{"leaves", 0.73}, {"age", 0.27}};
    EXPECT_THAT(
        foresight_warnings(planted(), false, importances),
        ElementsAre(HasSubstr("\"leaves\" alone brings 73 % of what the splits gained"))
    );
    const std::vector<Importance> even = {{"leaves", 0.5}, {"age", 0.5}};
    EXPECT_THAT(foresight_warnings(planted(), false, even), IsEmpty());
}

}  // namespace
}  // namespace boon::training
