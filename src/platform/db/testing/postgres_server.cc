#include "platform/db/testing/postgres_server.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace boon::db::testing {

namespace {

constexpr std::string_view kPrograms = "/usr/lib/postgresql/15/bin/";

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(
        stderr, "could not have PostgreSQL for this test: %s\nhint: apt-get install postgresql-15\n", why.c_str()
    );
    std::abort();
}

// Starts a program of PostgreSQL's, as user `postgres` when we are root (it refuses to run as root). It ends with us.
pid_t start(
    const std::filesystem::path& folder, const std::string& program, const std::vector<std::string>& arguments
) {
    std::vector<std::string> words;
    if (::geteuid() == 0) {
        words = {"/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT"};
    }
    words.push_back(std::string(kPrograms) + program);
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string log = folder / "log";
    const std::string home = folder.string();

    const pid_t pid = ::fork();
    if (pid < 0) give_up("fork failed");
    if (pid > 0) return pid;
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    if (::chdir(home.c_str()) == 0) ::execv(argv[0], argv.data());
    ::_exit(127);
}

}  // namespace

PostgresServer::PostgresServer() {
    std::string pattern = std::filesystem::temp_directory_path() / "boon-pg-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) give_up("no temporary folder");
    folder_ = pattern;
    if (::geteuid() == 0) {
        const passwd* user = ::getpwnam("postgres");
        if (user == nullptr) give_up("there is no user postgres");
        if (::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) give_up("chown failed");
    }
    const std::string data = folder_ / "data";
    int made = 0;
    ::waitpid(
        start(
            folder_, "initdb", {"-D", data, "-U", "boon", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"}
        ),
        &made, 0
    );
    if (made != 0) give_up("initdb failed; see " + (folder_ / "log").string());
    pid_ = start(
        folder_, "postgres",
        {"-D", data, "-k", folder_, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c",
         "max_connections=200", "-c", "shared_buffers=64MB", "-c", "deadlock_timeout=100ms"}
    );
    wait_until_ready();
}

PostgresServer::~PostgresServer() {
    ::kill(pid_, SIGQUIT);  // at once: nothing in it is worth a checkpoint
    ::waitpid(pid_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string PostgresServer::url(const std::string& schema) const {
    return "postgresql:///postgres?user=boon&host=" + folder_.string() + "&options=-csearch_path%3D" + schema;
}

void PostgresServer::administer(const std::string& sql) const {
    PGconn* connection = PQconnectdb(url("public").c_str());
    PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
    PGresult* result = PQexec(connection, sql.c_str());
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) give_up(sql + ": " + PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

void PostgresServer::wait_until_ready() const {
    for (int i = 0; i < 600; ++i) {
        if (PQping(url("public").c_str()) == PQPING_OK) return;
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    give_up("the server does not start; see " + (folder_ / "log").string());
}

}  // namespace boon::db::testing
