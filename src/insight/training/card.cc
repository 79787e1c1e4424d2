#include "insight/training/card.h"

#include <fmt/format.h>

namespace boon::training {
namespace {

std::string line(std::string_view name, const Estimate& e) {
    return fmt::format("  {:<24}{:.4f}   ({:.4f} to {:.4f})\n", name, e.value, e.lower, e.upper);
}

std::string binary_text(const BinaryMetrics& m) {
    std::string text = fmt::format(
        "  {} rows of {} customers, {} positive; rate {:.4f}, mean prediction {:.4f}\n", m.rows, m.customers,
        m.positives, m.base_rate, m.mean_prediction
    );
    text += line("AUC", m.auc) + line("average precision", m.average_precision) + line("log-loss", m.log_loss);
    text += line("Brier score", m.brier) + line("calibration error", m.calibration_error);
    text += line("calibration slope", m.calibration_slope) + line("calibration intercept", m.calibration_intercept);
    return text + line("lift at 10 %", m.lift_at_10_percent);
}

std::string metrics_text(const CardMetrics& m) {
    if (m.binary) return binary_text(*m.binary);
    if (m.classes) {
        return fmt::format("  {} rows of {} customers\n", m.classes->rows, m.classes->customers) +
               line("log-loss", m.classes->log_loss) + line("accuracy", m.classes->accuracy);
    }
    if (!m.amount) return "  none\n";
    std::string text = fmt::format(
        "  {} rows of {} customers; mean {:.2f}, mean prediction {:.2f}\n", m.amount->rows, m.amount->customers,
        m.amount->mean_actual, m.amount->mean_prediction
    );
    text += line("mean absolute error", m.amount->mean_absolute_error);
    text += line("root mean squared error", m.amount->root_mean_squared_error);
    text += line("rank correlation", m.amount->rank_correlation);
    text += line("decile error", m.amount->decile_error);
    if (m.amount->interval_coverage) text += line("80 % interval covers", *m.amount->interval_coverage);
    return text;
}

std::string competition_text(const std::vector<Contestant>& all) {
    if (all.empty()) return "";
    std::string text = "competition on the hold-out; * serves\n";
    for (const Contestant& one : all) {
        text += fmt::format("{} {:<16} {:<18}", one.won ? " *" : "  ", one.task, one.name);
        for (const auto& [figure, estimate] : one.figures) {
            text +=
                fmt::format("  {} {:.4f} ({:.4f} to {:.4f})", figure, estimate.value, estimate.lower, estimate.upper);
        }
        for (const std::string& words : {one.settings, one.words}) text += (words.empty() ? "" : "; ") + words;
        text += '\n';
    }
    return text;
}

}  // namespace

std::string to_text(const ModelCard& card) {
    const CardData& d = card.data;
    std::string text = fmt::format("{} {}\n{}\n\n", card.name, card.version, card.answers);
    text += fmt::format(
        "rows: {} matured of {} customers ({} not matured); {} to fit, {} to validate, {} for the version, {} to test\n"
        "{}\ntest rows from {}; watermark {}; {} columns\nselection: {}\n\n",
        d.rows, d.customers, d.unmatured_rows, d.fit_rows, d.validation_rows, d.version_rows, d.test_rows, d.validation,
        to_string(d.test_from), to_string(d.watermark), d.features, card.selection.words
    );
    if (card.kind != scoring::ModelKind::ranking) {
        text += "test (95 % intervals, by customer)\n" + metrics_text(card.test);
        text += "test, customers without training rows\n" + metrics_text(card.unseen_customers);
    }
    if (card.new_campaigns.binary) {
        text += "test, campaigns that training had not seen\n" + metrics_text(card.new_campaigns);
    }
    text += competition_text(card.competition);
    if (card.uplift) text += to_text(*card.uplift);
    text += "trivial predictors: loss, and how much lower the model's is\n";
    for (const BaselineResult& b : card.baselines) {
        text += fmt::format(
            "  {:<33} {:.4f}   {:+.4f} ({:+.4f} to {:+.4f})\n", b.name, b.loss.value, b.gain.value, b.gain.lower,
            b.gain.upper
        );
    }
    if (card.fit.rounds > 0) text += fmt::format("fit: {} rounds; what the splits gained\n", card.fit.rounds);
    for (std::size_t i = 0; i < card.fit.importances.size() && i < 10; ++i) {
        const Importance& importance = card.fit.importances[i];
        text += fmt::format("  {:<40}{:5.1f} %\n", importance.feature, 100 * importance.gain_share);
    }
    text += fmt::format("\ngate: {}\n", card.gate.verdict);
    for (const GateCheck& check : card.gate.checks) {
        text += fmt::format("  {} {}\n", check.passed ? "ok     " : "refused", check.words);
    }
    for (const auto& warning : card.gate.warnings) text += "warning: " + warning + '\n';
    for (const auto& warning : card.warnings) text += "warning: " + warning + '\n';
    return text;
}

}  // namespace boon::training
