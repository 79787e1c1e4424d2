// A folder of small files for a study.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "insight/studies/run.h"

namespace boon::studies {

class Folder {  // gone at its end
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "boon-studies-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    void write(std::string_view name, std::string_view text) const {
        std::ofstream(path_ + "/" + std::string(name), std::ios::binary) << text;
    }
    [[nodiscard]] Environment environment() const {
        return {path_, 2, [](std::string_view, double) -> Status { return {}; }};
    }

private:
    std::string path_;
};

}  // namespace boon::studies
