// A folder for files of a trial, below the machine's temporary one.
#pragma once

#include <filesystem>

#include "platform/base/error.h"

namespace boon::trial {

// Made by open(), removed with all it holds when this goes away.
class ScratchFolder {
public:
    static Result<ScratchFolder> open();
    ScratchFolder(ScratchFolder&& other) noexcept;
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;  // empty: moved away
};

}  // namespace boon::trial
