#include "records/warehouse/engine.h"

#include <array>
#include <string>

#include <fmt/format.h>

namespace boon::warehouse {

namespace {

struct Advice {
    duckdb_error_type type;
    std::string_view part;  // of the message; empty: any
    ErrorCode code;
    std::string_view hint;
};

constexpr std::string_view kTimeHint =
    "correct the source, or say in the table's SELECT how the time is written, such as "
    "try_strptime(sold_on, '%d.%m.%Y') AS occurred_at";

// The first that fits.
constexpr std::array kAdvice = {
    Advice{
        DUCKDB_ERROR_IO, "No files found", ErrorCode::not_found,
        "check the path, and that it is absolute; a pattern such as /data/tx-*.parquet must match at least one file"
    },
    Advice{
        DUCKDB_ERROR_IO, "ould not set lock", ErrorCode::unavailable,
        "another process has the file open: stop it, or copy the file"
    },
    Advice{DUCKDB_ERROR_IO, "No space left", ErrorCode::unavailable, "free space on the disk, then try again"},
    Advice{DUCKDB_ERROR_IO, "", ErrorCode::unavailable, "check that the file is there and boon may read it"},
    Advice{
        DUCKDB_ERROR_PERMISSION, "Cannot access", ErrorCode::forbidden,
        "add the file's folder to `folders` in warehouse.toml, and write the path in full"
    },
    Advice{
        DUCKDB_ERROR_INVALID_INPUT, "magic bytes", ErrorCode::invalid,
        "the file is cut off or is not Parquet: write it again, or read it with read_csv or read_json"
    },
    Advice{
        DUCKDB_ERROR_INVALID_INPUT, "too small to be a Parquet", ErrorCode::invalid,
        "the file is cut off or is not Parquet: write it again, or read it with read_csv or read_json"
    },
    Advice{
        DUCKDB_ERROR_INVALID_INPUT, "Malformed JSON", ErrorCode::invalid,
        "the file is cut off or is not JSON: write it again, or leave such rows out with ignore_errors = true"
    },
    Advice{
        DUCKDB_ERROR_INVALID_INPUT, "read-only mode", ErrorCode::forbidden,
        "attached files are never written; create a table of your own instead"
    },
    Advice{
        DUCKDB_ERROR_BINDER, "not found in FROM clause", ErrorCode::invalid,
        "name a column the source has; the candidates are in the message"
    },
    Advice{
        DUCKDB_ERROR_CATALOG, "", ErrorCode::invalid, "check the name; the tables of an attached file are NAME.table"
    },
    Advice{DUCKDB_ERROR_CONVERSION, "timestamp", ErrorCode::invalid, kTimeHint},
    Advice{DUCKDB_ERROR_CONVERSION, "TIMESTAMP", ErrorCode::invalid, kTimeHint},
    Advice{DUCKDB_ERROR_CONVERSION, "date field", ErrorCode::invalid, kTimeHint},
    Advice{
        DUCKDB_ERROR_CONVERSION, "", ErrorCode::invalid,
        "correct the source, or convert the column in the table's SELECT, such as "
        "CAST(replace(total, ',', '.') AS DECIMAL(12,2)) AS amount"
    },
    Advice{
        DUCKDB_ERROR_OUT_OF_MEMORY, "", ErrorCode::unavailable,
        "raise the warehouse's memory limit, or give it a folder for temporary files"
    },
    Advice{DUCKDB_ERROR_INTERRUPT, "", ErrorCode::unavailable, "it was cancelled; run it again"},
    Advice{DUCKDB_ERROR_PARSER, "", ErrorCode::invalid, "correct the SQL"},
    Advice{DUCKDB_ERROR_INTERNAL, "", ErrorCode::internal, ""},
    Advice{DUCKDB_ERROR_FATAL, "", ErrorCode::internal, ""},
};

// DuckDB adds an excerpt of the SQL, candidate lists and settings after the first paragraph; of a CSV error the first
// three lines say where and what.
std::string first_words(std::string_view message) {
    if (const auto excerpt = message.find("\n\nLINE "); excerpt != std::string_view::npos) {
        message = message.substr(0, excerpt);
    }
    if (const auto paragraph = message.find("\n\n"); paragraph != std::string_view::npos) {
        message = message.substr(0, paragraph);
    }
    const auto colon = message.find(": ");
    const auto error_class_name = message.substr(0, colon);
    if (colon != std::string_view::npos && error_class_name.ends_with("Error")) message.remove_prefix(colon + 2);
    std::string words;
    for (char c : message) words += c == '\n' ? std::string("; ") : std::string(1, c);
    while (!words.empty() && (words.back() == '.' || words.back() == '!' || words.back() == ' ')) words.pop_back();
    return words;
}

}  // namespace

std::unexpected<Error> failure(duckdb_error_type type, std::string_view message) {
    for (const Advice& advice : kAdvice) {
        if (advice.type == type && message.find(advice.part) != std::string_view::npos) {
            return fail(advice.code, first_words(message), std::string(advice.hint));
        }
    }
    return fail(ErrorCode::invalid, first_words(message));
}

std::unexpected<Error> failure_of_text(std::string_view message) {
    struct ClassName {
        std::string_view name;
        duckdb_error_type type;
    };
    constexpr std::array kClasses = {
        ClassName{"IO Error", DUCKDB_ERROR_IO},
        ClassName{"Permission Error", DUCKDB_ERROR_PERMISSION},
        ClassName{"Invalid Input Error", DUCKDB_ERROR_INVALID_INPUT},
        ClassName{"Binder Error", DUCKDB_ERROR_BINDER},
        ClassName{"Catalog Error", DUCKDB_ERROR_CATALOG},
        ClassName{"Conversion Error", DUCKDB_ERROR_CONVERSION},
        ClassName{"Parser Error", DUCKDB_ERROR_PARSER},
        ClassName{"Out of Memory Error", DUCKDB_ERROR_OUT_OF_MEMORY},
        ClassName{"INTERRUPT Error", DUCKDB_ERROR_INTERRUPT},
        ClassName{"INTERNAL Error", DUCKDB_ERROR_INTERNAL},
    };
    for (const ClassName& known : kClasses) {
        if (message.starts_with(known.name)) return failure(known.type, message);
    }
    return failure(DUCKDB_ERROR_INVALID, message);
}

Result<std::unique_ptr<Session::Impl>> Session::Impl::connect(duckdb_database database) {
    duckdb_connection connection = nullptr;
    if (duckdb_connect(database, &connection) != DuckDBSuccess) {
        return fail(
            ErrorCode::unavailable, "the warehouse does not accept another session", "close some, then try again"
        );
    }
    return std::make_unique<Impl>(connection);
}

}  // namespace boon::warehouse
