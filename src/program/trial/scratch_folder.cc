#include "program/trial/scratch_folder.h"

#include <utility>

#include <fmt/format.h>

#include "platform/base/id.h"

namespace boon::trial {

Result<ScratchFolder> ScratchFolder::open() {
    std::error_code problem;
    const auto path = std::filesystem::temp_directory_path(problem) / fmt::format("boon-eval-{}", new_uuid());
    if (!problem) std::filesystem::create_directory(path, problem);
    if (problem) {
        return fail(
            ErrorCode::unavailable, fmt::format("cannot make the folder {}: {}", path.string(), problem.message()),
            "TMPDIR names the folder for temporary files"
        );
    }
    return ScratchFolder(path);
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;  // what stays behind is below the machine's temporary folder
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace boon::trial
