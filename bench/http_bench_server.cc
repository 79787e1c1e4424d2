// What bench/http measures: a server that answers every request with the same 1 KB of JSON. Prints its port, then serves
// until its standard input ends.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "platform/http/server.h"

int main(int argc, char** argv) {
    using namespace boon;
    const std::string body(1024, 'x');
    const auto answer = [&](http::Request, http::Respond respond) {
        respond({.content_type = "application/json", .body = body});
    };
    const auto server = http::Server::start({.threads = argc > 1 ? std::atoi(argv[1]) : 1}, answer);
    if (!server) {
        fmt::print(stderr, "{}\n", to_text(server.error()));
        return 1;
    }
    fmt::print("{}\n", (*server)->port());
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    (*server)->drain();
    return 0;
}
