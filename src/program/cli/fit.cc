#include "insight/training/fit.h"

#include "program/cli/command.h"

namespace boon::cli {

// Not for people: the process in which a model is fitted (insight/training/fit.h starts it).
void add_fit(CLI::App& boon, Context& context) {
    CLI::App* command = boon.add_subcommand("__fit", "")->group("");
    auto folder = std::make_shared<std::string>();
    command->add_option("folder", *folder)->required();
    command->callback([&context, folder] {
        context.run = [folder]() -> Status {
            if (training::fit_main(*folder) == 0) return {};
            return fail(ErrorCode::internal, "the fit failed", "its reason is on the other end of the pipe");
        };
    });
}

}  // namespace boon::cli
