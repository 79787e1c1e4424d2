#include "insight/models/scaling.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/models/npz.h"

namespace boon::models {
namespace {

Result<Scaling> scaling_of_npz(const std::string& bytes) {
    BOON_TRY(auto arrays, read_npz(bytes));
    for (const char* name : {"mean", "scale"}) {
        if (!arrays.contains(name)) {
            return fail(
                ErrorCode::invalid, fmt::format("the archive has no array `{}`", name),
                "write it with numpy.savez(path, mean=scaler.mean_, scale=scaler.scale_)"
            );
        }
    }
    return Scaling{std::move(arrays["mean"]), std::move(arrays["scale"])};
}

}  // namespace

Result<Scaling> read_scaling(const std::string& bytes, std::size_t inputs) {
    const bool is_zip = bytes.starts_with("PK");
    BOON_TRY(auto scaling, is_zip ? scaling_of_npz(bytes) : json::read_text<Scaling>(bytes));
    if (scaling.mean.size() != inputs || scaling.scale.size() != inputs) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "it has {} means and {} scales; the model reads {} inputs", scaling.mean.size(), scaling.scale.size(),
                inputs
            ),
            "write the scaler that the model was trained with"
        );
    }
    const auto is_number = [](double value) { return std::isfinite(value); };
    if (!std::ranges::all_of(scaling.mean, is_number) || !std::ranges::all_of(scaling.scale, is_number)) {
        return fail(ErrorCode::invalid, "a mean or a scale is not a number");
    }
    if (std::ranges::find(scaling.scale, 0.0) != scaling.scale.end()) {
        return fail(
            ErrorCode::invalid, "a scale is 0", "an input that never varied has scale 1 (scikit-learn writes it so)"
        );
    }
    return scaling;
}

}  // namespace boon::models
