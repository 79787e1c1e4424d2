#include "program/api/openapi.h"

#include "program/cli/command.h"

namespace boon::cli {

void add_openapi(CLI::App& boon, Context& context) {
    CLI::App* command = add_command(
        boon, "openapi", "print the OpenAPI 3.1 document of the REST API", "  boon openapi > docs/openapi.json"
    );
    command->callback([&context] {
        context.run = [&context]() -> Status {
            std::string document = api::openapi_document(api::all_routes());
            document.pop_back();  // data() ends the line
            context.terminal.data(document);
            return {};
        };
    });
}

}  // namespace boon::cli
