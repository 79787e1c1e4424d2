#include "program/app/training_options.h"

#include "program/app/app.h"

namespace boon::app {

Result<training::Options> training_options(const App& app, training::Model model) {
    training::Options options;
    if (const auto section = app.config().sections.find("training"); section != app.config().sections.end()) {
        if (auto read = json::read_over(section->second, options); !read) {
            return in_context("boon.toml, [training]", std::move(read).error());
        }
    }
    options.model = model;
    return options;
}

}  // namespace boon::app
