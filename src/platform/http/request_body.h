// A request's body as it arrives: so many bytes, or chunks (RFC 9112 section 7.1). Beast's own reader of chunks has an
// assertion that a client can break by sending the last line byte by byte (its release builds leave assertions out,
// ours do not), and takes more than the grammar allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace boon::http {

class BodyDecoder {
public:
    enum class State { more, complete, malformed, too_large };

    // Nothing to read.
    BodyDecoder() = default;
    static BodyDecoder of_length(std::uint64_t bytes);
    // `limit`: of the decoded body. Chunk extensions and trailers are read over, within kMaxLine and kMaxTrailers.
    static BodyDecoder of_chunks(std::uint64_t limit);

    static constexpr std::size_t kMaxLine = 256;
    static constexpr std::size_t kMaxTrailers = 4096;

    // Appends what `bytes` bring to `body`; returns how many belong to it (all, unless the state is no longer `more`).
    std::size_t feed(std::string_view bytes, std::string& body);
    [[nodiscard]] State state() const { return state_; }
    // How many more bytes are known to come.
    [[nodiscard]] std::uint64_t remaining() const { return remaining_; }

private:
    enum class Part { data, data_end, size_line, trailers };

    std::size_t feed_data(std::string_view bytes, std::string& body);
    // Collects one line, up to its CRLF; true when it is whole.
    bool feed_line(char c);
    void end_line();
    void end_size_line();

    State state_ = State::complete;
    Part part_ = Part::data;
    bool chunked_ = false;
    std::uint64_t remaining_ = 0;
    std::uint64_t limit_ = 0;
    std::size_t trailer_bytes_ = 0;
    std::string line_;
};

}  // namespace boon::http
