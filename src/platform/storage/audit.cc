#include "platform/storage/audit.h"

#include <fmt/core.h>

#include "platform/db/record.h"
#include "platform/storage/digest.h"

namespace boon::storage {

namespace {

constexpr std::size_t kSaltBytes = 16;

// What is hashed: every part with its length, so that no two different lists of parts read the same.
class Preimage {
public:
    void add(std::string_view text) {
        add(static_cast<std::int64_t>(text.size()));
        bytes_ += text;
    }
    void add(std::span<const std::byte> bytes) {
        add(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    }
    void add(const std::optional<std::string>& text) {
        add(text ? std::int64_t{1} : std::int64_t{0});
        if (text) add(std::string_view(*text));
    }
    void add(std::int64_t number) {
        for (int shift = 56; shift >= 0; shift -= 8) bytes_ += static_cast<char>(number >> shift & 0xff);
    }
    [[nodiscard]] Digest digest() const { return sha256(bytes_); }

private:
    std::string bytes_;
};

Digest commitment_of(const AuditEntry& entry) {
    Preimage preimage;
    preimage.add(*entry.salt);
    preimage.add(entry.before);
    preimage.add(entry.after);
    return preimage.digest();
}

Digest hash_of(const AuditEntry& entry, std::span<const std::byte> previous) {
    Preimage preimage;
    preimage.add(previous);
    preimage.add(entry.seq);
    preimage.add(entry.at.micros);
    preimage.add(std::string_view(entry.who));
    preimage.add(std::string_view(entry.what));
    preimage.add(std::string_view(entry.target));
    preimage.add(entry.commitment);
    return preimage.digest();
}

struct Head {
    std::int64_t seq = 0;
    Digest hash;
};
BOOST_DESCRIBE_STRUCT(Head, (), (seq, hash))

constexpr std::string_view kTrim = "audit.trim";

// How the entry of a removal says where the chain begins.
std::string named(const Head& tail) { return fmt::format(R"({{"seq":{},"hash":"{}"}})", tail.seq, to_hex(tail.hash)); }

std::string why_broken(const AuditEntry& entry, const Head& expected) {
    if (entry.seq != expected.seq + 1) return fmt::format("entry {} is missing", expected.seq + 1);
    if (entry.salt && commitment_of(entry) != entry.commitment) return "its values were changed";
    if (!entry.salt && (entry.before || entry.after)) return "its values have lost their salt";
    if (hash_of(entry, expected.hash) != entry.hash) return "it was changed";
    return "";
}

}  // namespace

Status record_deed(db::Connection& connection, const Deed& deed, Timestamp now) {
    // Taking the next number locks the head, so that entries of several servers follow each other.
    BOON_TRY(
        const auto head,
        db::select_one<Head>(connection, "update audit_head set seq = seq + 1 where id = 1 returning seq, hash")
    );
    if (!head) return fail(ErrorCode::internal, "the audit log has no head", "run `boon doctor`");
    AuditEntry entry;
    entry.seq = head->seq;
    entry.at = now;
    entry.who = deed.who;
    entry.what = deed.what;
    entry.target = deed.target;
    entry.before = deed.before;
    entry.after = deed.after;
    entry.salt = random_bytes(kSaltBytes);
    entry.commitment = commitment_of(entry);
    entry.hash = hash_of(entry, head->hash);
    BOON_CHECK(db::insert(connection, "audit_log", entry));
    BOON_CHECK(connection.execute("update audit_head set hash = ? where id = 1", {entry.hash}));
    return {};
}

Result<std::vector<AuditEntry>> list_audit(db::Connection& connection, const AuditQuery& wanted) {
    std::string sql = "select * from audit_log where seq < ?";
    db::Params params{wanted.before_seq};
    const auto add = [&](std::string_view condition, db::Param value) {
        sql += condition;
        params.push_back(value);
    };
    if (!wanted.who.empty()) add(" and who = ?", wanted.who);
    if (!wanted.what.empty()) add(" and what = ?", wanted.what);
    if (!wanted.target.empty()) add(" and target = ?", wanted.target);
    if (wanted.from) add(" and at >= ?", *wanted.from);
    if (wanted.until) add(" and at < ?", *wanted.until);
    add(" order by seq desc limit ?", wanted.limit);
    return db::select<AuditEntry>(connection, sql, params);
}

Result<std::int64_t> erase_audit_values(db::Connection& connection, std::string_view target) {
    const std::string below = fmt::format("{}/", target);
    return connection.execute(
        "update audit_log set before = null, after = null, salt = null "
        "where (target = ? or substr(target, 1, length(cast(? as text))) = ?) and salt is not null",
        {target, below, below}
    );
}

Result<std::int64_t> trim_audit(db::Connection& connection, Timestamp before, std::int64_t limit, Timestamp now) {
    std::optional<Head> last;
    bool goes = true;  // up to the first that stays: a clock may have been wrong
    BOON_CHECK(connection.query(
        "select seq, hash, at from audit_log order by seq limit ?", {limit},
        [&](const db::Row& row) -> Status {
            goes = goes && row.integer(2) < before.micros;
            const db::Bytes hash = row.blob(1);
            if (goes) last = Head{row.integer(0), {hash.begin(), hash.end()}};
            return {};
        }
    ));
    if (!last) return 0;
    BOON_TRY(const std::int64_t rows, connection.execute("delete from audit_log where seq <= ?", {last->seq}));
    BOON_CHECK(connection.execute("update audit_tail set seq = ?, hash = ?", {last->seq, last->hash}));
    const Deed deed{.who = "boon", .what = std::string(kTrim), .target = "audit", .before = {}, .after = named(*last)};
    BOON_CHECK(record_deed(connection, deed, now));
    return rows;
}

Result<AuditVerdict> verify_audit(db::Connection& connection) {
    BOON_TRY(const auto tail, db::select_one<Head>(connection, "select seq, hash from audit_tail"));
    if (!tail) return fail(ErrorCode::internal, "the audit log has no tail", "run `boon doctor`");
    Head last = *tail;
    std::string trimmed = named({});  // as the chain itself says
    AuditVerdict verdict;
    BOON_CHECK(db::for_each<AuditEntry>(
        connection, "select * from audit_log order by seq", {},
        [&](const AuditEntry& entry) -> Status {
            ++verdict.entries;
            if (verdict.broken) return {};
            const std::string why = why_broken(entry, last);
            if (!why.empty()) verdict.broken = BrokenLink{entry.seq, why};
            if (entry.what == kTrim) trimmed = entry.after.value_or("");
            last = {entry.seq, entry.hash};
            return {};
        }
    ));
    if (verdict.broken) return verdict;
    BOON_TRY(const auto head, db::select_one<Head>(connection, "select seq, hash from audit_head where id = 1"));
    if (!head || head->seq != last.seq || head->hash != last.hash) {
        verdict.broken = BrokenLink{last.seq + 1, "the last entries are missing"};
    } else if (trimmed != named(*tail)) {
        verdict.broken = BrokenLink{tail->seq + 1, "the entries before it are missing"};
    }
    return verdict;
}

}  // namespace boon::storage
