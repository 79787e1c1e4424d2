#include "insight/models/npz.h"

#include <cstdint>
#include <cstring>

#include <fmt/format.h>

namespace boon::models {
namespace {

std::unexpected<Error> unreadable(std::string why) {
    return fail(ErrorCode::invalid, std::move(why), "write it with numpy.savez(path, mean=…, scale=…)");
}

template <class Number>
Number number_at(std::string_view bytes, std::size_t at) {
    Number value{};
    std::memcpy(&value, bytes.data() + at, sizeof(Number));
    return value;
}

// The text between two marks, or nothing.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t start = text.find(before);
    if (start == std::string_view::npos) return {};
    text.remove_prefix(start + before.size());
    const std::size_t end = text.find(after);
    return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

template <class Number>
std::vector<double> numbers_of(std::string_view data) {
    std::vector<double> out;
    for (std::size_t at = 0; at < data.size(); at += sizeof(Number)) {
        out.push_back(static_cast<double>(number_at<Number>(data, at)));
    }
    return out;
}

// NEP 1: the mark, two bytes of version, the length of a header of Python's words, the numbers.
Result<std::vector<double>> read_npy(std::string_view npy) {
    constexpr std::string_view kMark = "\x93NUMPY";
    if (npy.size() < 12 || !npy.starts_with(kMark)) return unreadable("the archive holds something but an array");
    const bool is_first_version = npy[6] == 1;
    const std::size_t start = is_first_version ? 10 : 12;
    const std::size_t length = is_first_version ? number_at<std::uint16_t>(npy, 8) : number_at<std::uint32_t>(npy, 8);
    if (length > npy.size() - start) return unreadable("an array of the archive ends too early");
    const std::string_view header = npy.substr(start, length);
    const std::string_view data = npy.substr(start + length);
    const std::string_view type = between(header, "'descr': '", "'");
    const std::size_t each = type == "<f4" ? sizeof(float) : sizeof(double);
    if (type != "<f4" && type != "<f8")
        return unreadable(fmt::format("an array is of `{}`, not of float32 or float64", type));
    if (data.size() % each != 0) return unreadable("an array of the archive ends too early");
    return type == "<f4" ? numbers_of<float>(data) : numbers_of<double>(data);
}

// One entry of the ZIP's list at its end, and the file that it points to.
struct Entry {
    std::string name;
    std::string_view file;
    std::size_t size = 0;  // of the entry itself
};

Result<Entry> read_entry(std::string_view bytes, std::size_t at) {
    constexpr std::size_t kEntryBytes = 46;
    constexpr std::size_t kLocalBytes = 30;
    if (at > bytes.size() || bytes.size() - at < kEntryBytes || number_at<std::uint32_t>(bytes, at) != 0x02014b50) {
        return unreadable("the archive is damaged");
    }
    if (number_at<std::uint16_t>(bytes, at + 10) != 0) {
        return unreadable("the archive is compressed: write it with numpy.savez, not savez_compressed");
    }
    const std::size_t size = number_at<std::uint32_t>(bytes, at + 24);
    const std::size_t name_size = number_at<std::uint16_t>(bytes, at + 28);
    const std::size_t further =
        std::size_t{number_at<std::uint16_t>(bytes, at + 30)} + number_at<std::uint16_t>(bytes, at + 32);
    const std::size_t local = number_at<std::uint32_t>(bytes, at + 42);
    if (name_size > bytes.size() - at - kEntryBytes || local > bytes.size() || bytes.size() - local < kLocalBytes) {
        return unreadable("the archive is damaged");
    }
    const std::size_t start =
        local + kLocalBytes + number_at<std::uint16_t>(bytes, local + 26) + number_at<std::uint16_t>(bytes, local + 28);
    if (start > bytes.size() || size > bytes.size() - start) return unreadable("the archive ends too early");
    std::string name(bytes.substr(at + kEntryBytes, name_size));
    if (name.ends_with(".npy")) name.resize(name.size() - 4);
    return Entry{std::move(name), bytes.substr(start, size), kEntryBytes + name_size + further};
}

}  // namespace

Result<std::map<std::string, std::vector<double>>> read_npz(std::string_view bytes) {
    constexpr std::size_t kEndBytes = 22;
    const std::size_t end = bytes.rfind("PK\x05\x06");
    if (end == std::string_view::npos || bytes.size() - end < kEndBytes) return unreadable("the archive is damaged");
    const std::size_t count = number_at<std::uint16_t>(bytes, end + 10);
    std::size_t at = number_at<std::uint32_t>(bytes, end + 16);
    std::map<std::string, std::vector<double>> arrays;
    for (std::size_t i = 0; i < count; ++i) {
        BOON_TRY(const Entry entry, read_entry(bytes, at));
        BOON_TRY(arrays[entry.name], read_npy(entry.file));
        at += entry.size;
    }
    return arrays;
}

}  // namespace boon::models
