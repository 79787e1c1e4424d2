#include "platform/http/request_body.h"

#include <algorithm>
#include <charconv>

namespace boon::http {

BodyDecoder BodyDecoder::of_length(std::uint64_t bytes) {
    BodyDecoder decoder;
    decoder.remaining_ = bytes;
    decoder.state_ = bytes == 0 ? State::complete : State::more;
    return decoder;
}

BodyDecoder BodyDecoder::of_chunks(std::uint64_t limit) {
    BodyDecoder decoder;
    decoder.chunked_ = true;
    decoder.part_ = Part::size_line;
    decoder.limit_ = limit;
    decoder.state_ = State::more;
    return decoder;
}

std::size_t BodyDecoder::feed(std::string_view bytes, std::string& body) {
    std::size_t used = 0;
    while (used < bytes.size() && state_ == State::more) {
        if (part_ == Part::data) {
            used += feed_data(bytes.substr(used), body);
        } else {
            if (feed_line(bytes[used])) end_line();
            ++used;
        }
    }
    return used;
}

std::size_t BodyDecoder::feed_data(std::string_view bytes, std::string& body) {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size()));
    body.append(bytes.substr(0, taken));
    remaining_ -= taken;
    if (remaining_ == 0) {
        if (chunked_) {
            part_ = Part::data_end;
        } else {
            state_ = State::complete;
        }
    }
    return taken;
}

bool BodyDecoder::feed_line(char c) {
    if (c == '\n') {
        if (line_.empty() || line_.back() != '\r') state_ = State::malformed;
        return state_ == State::more;
    }
    const bool after_return = !line_.empty() && line_.back() == '\r';
    const bool control = (static_cast<unsigned char>(c) < 0x20 && c != '\r' && c != '\t') || c == 0x7f;
    const std::size_t longest = part_ == Part::trailers ? kMaxTrailers : kMaxLine;
    if (after_return || control || line_.size() == longest) {
        state_ = State::malformed;
        return false;
    }
    line_ += c;
    return false;
}

void BodyDecoder::end_line() {
    line_.pop_back();
    switch (part_) {
        case Part::data_end:
            if (!line_.empty()) state_ = State::malformed;
            part_ = Part::size_line;
            break;
        case Part::size_line: end_size_line(); break;
        case Part::trailers:
            trailer_bytes_ += line_.size() + 2;
            if (line_.empty()) {
                state_ = State::complete;
            } else if (trailer_bytes_ > kMaxTrailers || line_.find(':') == std::string::npos) {
                state_ = State::malformed;
            }
            break;
        case Part::data: break;
    }
    line_.clear();
}

void BodyDecoder::end_size_line() {
    const char* const end = line_.data() + line_.size();
    std::uint64_t size = 0;
    const auto [rest, ec] = std::from_chars(line_.data(), end, size, 16);
    const std::string_view extension(rest, static_cast<std::size_t>(end - rest));
    const std::size_t first = extension.find_first_not_of(" \t");
    const bool ends_well = extension.empty() || (first != std::string_view::npos && extension[first] == ';');
    if (ec == std::errc::invalid_argument || line_.starts_with('-') || !ends_well) {
        state_ = State::malformed;
    } else if (ec != std::errc() || size > limit_) {
        state_ = State::too_large;
    } else if (size == 0) {
        part_ = Part::trailers;
    } else {
        limit_ -= size;
        remaining_ = size;
        part_ = Part::data;
    }
}

}  // namespace boon::http
