#include "records/sync/testing/fake_upstream.h"

#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/http/client.h"

namespace boon::sync::testing {

namespace {

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "could not have the fake upstream for this test: %s\n", why.c_str());
    std::abort();
}

std::string read_line(int fd) {
    std::string line;
    char c = 0;
    while (::read(fd, &c, 1) == 1 && c != '\n') line += c;
    return line;
}

http::Response ask(const std::string& method, const std::string& url, const std::string& body) {
    http::Client client({.ports = {}, .allow_private = true});
    auto got = client.send({.method = method, .url = url, .body = body});
    if (!got) give_up(to_text(got.error()));
    if (got->status != 200) give_up(method + " " + url + " answered " + std::to_string(got->status) + ": " + body);
    return *std::move(got);
}

}  // namespace

FakeUpstream::FakeUpstream() {
    std::string pattern = std::filesystem::temp_directory_path() / "boon-upstream-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) give_up("no temporary folder");
    folder_ = pattern;
    int to_child[2];
    int from_child[2];
    if (::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0) give_up("no pipe");
    const std::string folder = folder_.string();
    pid_ = ::fork();
    if (pid_ < 0) give_up("fork failed");
    if (pid_ == 0) {
        ::dup2(to_child[0], STDIN_FILENO);
        ::dup2(from_child[1], STDOUT_FILENO);
        ::execlp("python3", "python3", "-B", BOON_FAKE_UPSTREAM, folder.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(to_child[0]);
    ::close(from_child[1]);
    stdin_ = to_child[1];
    const std::string line = read_line(from_child[0]);
    ::close(from_child[0]);
    auto ports = json::parse(line);
    if (!ports) give_up("it said: " + line);
    ports_ = *std::move(ports);
}

FakeUpstream::~FakeUpstream() {
    ::close(stdin_);
    ::waitpid(pid_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string FakeUpstream::url(std::string_view server) const {
    const bool plain = server == "http" || server == "dead";
    return (plain ? "http://127.0.0.1:" : "https://127.0.0.1:") +
           std::to_string(ports_.as_object().at(server).as_int64());
}

std::string FakeUpstream::ca_file() const { return (folder_ / "ca.pem").string(); }

void FakeUpstream::control(const std::string& body) { ask("POST", url() + "/control", body); }

json::Array FakeUpstream::requests() {
    auto log = json::parse(ask("GET", url() + "/control", "").body);
    if (!log) give_up(to_text(log.error()));
    return std::move(log->as_object().at("requests").as_array());
}

int FakeUpstream::count(std::string_view part) {
    int number = 0;
    for (const json::Value& request : requests()) {
        const auto& target = request.as_object().at("target").as_string();
        number += std::string_view(target).find(part) == std::string_view::npos ? 0 : 1;
    }
    return number;
}

FakeUpstream& fresh_upstream() {
    static FakeUpstream upstream;
    upstream.control(R"({"reset": true})");
    return upstream;
}

}  // namespace boon::sync::testing
