#include "program/app/pace.h"

#include <algorithm>

namespace boon::app {

namespace {

// Shorter times say little.
constexpr double kLeastSeconds = 0.5;

}  // namespace

std::string_view step_of(std::string_view note) { return note.substr(0, note.find(':')); }

void Pace::report(std::int64_t done, std::int64_t total, std::string_view note, double now_s) {
    const bool is_next = !note.empty() && step_of(note) != step_;
    const bool counts_anew = total != total_ || done < last_.done;
    began_anew_ = is_next && counts_anew && total_ > 0;
    if (counts_anew || (is_next && total != kShares)) first_ = {done, now_s};
    if (counts_anew || done != last_.done) last_ = {done, now_s};
    if (is_next) step_ = step_of(note);
    total_ = total;
}

double Pace::rate_per_s() const {
    const double took_s = last_.at_s - first_.at_s;
    if (took_s < kLeastSeconds) return 0;
    return static_cast<double>(last_.done - first_.done) / took_s;
}

std::optional<double> Pace::left_s(double now_s) const {
    const double rate = rate_per_s();
    if (rate <= 0 || last_.done >= total_) return std::nullopt;
    const double left_s = static_cast<double>(total_ - last_.done) / rate - (now_s - last_.at_s);
    return left_s > 0 ? std::optional(left_s) : std::nullopt;
}

}  // namespace boon::app
