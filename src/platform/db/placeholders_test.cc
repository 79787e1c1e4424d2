#include "platform/db/placeholders.h"

#include <gtest/gtest.h>

namespace boon::db {
namespace {

TEST(Placeholders, AreNumberedInOrder) {
    const Numbered numbered = number_placeholders("update t set a = ?, b=? where c in (?,?)");
    EXPECT_EQ(numbered.sql, "update t set a = $1, b=$2 where c in ($3,$4)");
    EXPECT_EQ(numbered.placeholders, 4);
}

TEST(Placeholders, AreNoneWithinTextNamesAndComments) {
    for (const char* sql :
         {"'?'", "'it''s ?'", "\"a?b\"", "-- ?\n", "-- ?", "/* ? */", "/* /* ? */ ? */", "$$ ? ' $$",
          "$x_1$ ? $$ ? $x_1$", "'?", "/* ?", "$$ ?", "", "- / $ 1"}) {
        EXPECT_EQ(number_placeholders(sql).sql, sql);
        EXPECT_EQ(number_placeholders(sql).placeholders, 0) << sql;
    }
}

TEST(Placeholders, GoOnAfterQuotedText) {
    EXPECT_EQ(number_placeholders("'?'?\"?\"?/*?*/?--?\n?").sql, "'?'$1\"?\"$2/*?*/$3--?\n$4");
    EXPECT_EQ(number_placeholders("a-?/?$?$?").sql, "a-$1/$2$$3$$4");
}

}  // namespace
}  // namespace boon::db
