#include "insight/training/uplift_card.h"

#include <fmt/format.h>

namespace boon::training {
namespace {

std::string text_of(const Estimate& e) { return fmt::format("{:.4f} ({:.4f} to {:.4f})", e.value, e.lower, e.upper); }

std::string figures_text(const UpliftFigures& f) {
    std::string text = fmt::format(
        "  test: {} treated, {} not, of {} customers; rates {:.4f} and {:.4f}, effect {}\n", f.treated, f.control,
        f.customers, f.treated_rate, f.control_rate, text_of(f.average_effect)
    );
    text +=
        fmt::format("  Qini {}; over the response model's order {}\n", text_of(f.qini), text_of(f.qini_over_response));
    for (const UpliftAt& at : f.uplift_at) {
        text += fmt::format("  uplift of the first {:.0f} %      {}\n", 100 * at.share, text_of(at.uplift));
    }
    for (const UpliftWayFigures& way : f.ways) {
        text += fmt::format("{} {:<24} Qini {}\n", way.won ? " *" : "  ", way.name, text_of(way.qini));
    }
    return text;
}

}  // namespace

std::string to_text(const CardUplift& uplift) {
    std::string text = "uplift: " + uplift.words + '\n';
    if (!uplift.assignment.empty()) text += "  " + uplift.assignment + '\n';
    if (uplift.figures) text += figures_text(*uplift.figures);
    if (!uplift.verdict.empty()) text += "  " + uplift.verdict + '\n';
    return text;
}

}  // namespace boon::training
