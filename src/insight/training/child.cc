// The two sides of the child process that fits: the job's folder, the pipe, the limits, what its end means.
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "insight/training/fit.h"

namespace boon::training {
namespace {

namespace fs = std::filesystem;

constexpr const char* kJob = "job.json";
constexpr const char* kReport = "report.json";
constexpr const char* kTrain = "train.matrix";
constexpr const char* kValidation = "validation.matrix";
constexpr const char* kAll = "all.matrix";  // absent: both of the above
constexpr const char* kModel = "model.ubj";
constexpr const char* kRaw = "validation.raw";
constexpr const char* kErrors = "stderr.txt";
constexpr const char* kFailed = "failed.json";
constexpr int kLowerPriority = 10;

struct Failure {  // an Error, from the child to the parent
    bool invalid = false;
    std::string message;
    std::string hint;
};
BOOST_DESCRIBE_STRUCT(Failure, (), (invalid, message, hint))

Status write_bytes(const fs::path& file, const void* data, std::size_t size) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
    out.close();
    if (!out) {
        return fail(
            ErrorCode::unavailable, fmt::format("could not write {}", file.string()), "check the disk's free space"
        );
    }
    return {};
}

Result<std::string> read_bytes(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(ErrorCode::not_found, fmt::format("could not read {}", file.string()));
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

template <class Record>
Result<Record> read_record(const fs::path& file) {
    BOON_TRY(const std::string text, read_bytes(file));
    return json::read_text<Record>(text, {.read_as = json::ReadAs::stored});
}

// ---- the child's side

Status report_progress(const FitProgress& p) {
    std::string line = fmt::format("{} {} {} {} {}\n", p.trial, p.round, p.rounds, p.share, p.validation_loss);
    // A full or broken pipe must not end the fit: the parent reads until our end.
    const auto written = write(STDOUT_FILENO, line.data(), line.size());
    if (written < 0 && errno == EPIPE) return fail(ErrorCode::unavailable, "the parent process is gone");
    return {};
}

Status run_job(const fs::path& folder) {
    BOON_TRY(const auto options, read_record<FitOptions>(folder / kJob));
    BOON_TRY(const Matrix train, read_matrix(folder / kTrain));
    BOON_TRY(const Matrix validation, read_matrix(folder / kValidation));
    std::optional<Matrix> all;
    if (fs::exists(folder / kAll)) {
        BOON_TRY(all, read_matrix(folder / kAll));
    }
    BOON_TRY(const Fitted fitted, fit_here(train, validation, options, report_progress, all ? &*all : nullptr));
    BOON_CHECK(write_bytes(folder / kModel, fitted.model.data(), fitted.model.size()));
    const auto& raw = fitted.validation_raw;
    BOON_CHECK(write_bytes(folder / kRaw, raw.data(), raw.size() * sizeof(float)));
    const std::string report = json::write(fitted.report);
    return write_bytes(folder / kReport, report.data(), report.size());
}

// ---- the parent's side

class Descriptor {  // a file descriptor that closes itself
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { reset(); }
    [[nodiscard]] int get() const { return fd_; }
    void reset() {
        if (fd_ >= 0) close(fd_);
        fd_ = -1;
    }

private:
    int fd_;
};

class Child {  // killed and reaped when it goes out of scope
public:
    explicit Child(pid_t pid) : pid_(pid) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ <= 0) return;
        kill(pid_, SIGKILL);
        wait();
    }
    // The status of waitpid().
    int wait() {
        int status = 0;
        while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return status;
    }

private:
    pid_t pid_;
};

// Between fork and exec, of a process with threads: system calls only.
[[noreturn]] void become(char* const* arguments, char* const* environment, int output, int errors, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);  // it died before the line above
    setpriority(PRIO_PROCESS, 0, kLowerPriority);
    // Should memory run out, the kernel takes the fit and not the server.
    if (const int oom = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); oom >= 0) {
        [[maybe_unused]] const auto written = write(oom, "800", 3);
        close(oom);
    }
    dup2(output, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    execve(arguments[0], arguments, environment);
    _exit(127);
}

Result<pid_t> start(const std::vector<std::string>& command, int output, int errors) {
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    // Its threads sleep at barriers: spinning there, at low priority, would wait for processors that others use.
    std::string policy = "OMP_WAIT_POLICY=PASSIVE";
    std::vector<char*> environment;
    for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
    environment.push_back(policy.data());
    environment.push_back(nullptr);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) become(arguments.data(), environment.data(), output, errors, parent);
    if (pid < 0) {
        return fail(
            ErrorCode::unavailable, fmt::format("could not start the training process: {}", std::strerror(errno)),
            "free memory or raise the limit of processes"
        );
    }
    return pid;
}

std::optional<FitProgress> parse_progress(std::string_view line) {
    FitProgress p;
    const char* at = line.data();
    const char* end = at + line.size();
    const auto next = [&](auto& value) {
        const auto read = std::from_chars(at, end, value);
        at = read.ptr == end ? end : read.ptr + 1;
        return read.ec == std::errc();
    };
    if (next(p.trial) && next(p.round) && next(p.rounds) && next(p.share) && next(p.validation_loss)) return p;
    return std::nullopt;
}

enum class PipeState { open, closed };

// Waits at most a second for something to read, and adds it to `pending`.
Result<PipeState> read_some(int pipe, std::string& pending) {
    pollfd waiting{pipe, POLLIN, 0};
    const int ready = poll(&waiting, 1, 1000);
    if (ready < 0 && errno != EINTR) return fail(ErrorCode::internal, "lost the training process's pipe");
    if (ready <= 0) return PipeState::open;
    char buffer[4096];
    const auto count = read(pipe, buffer, sizeof buffer);
    if (count == 0) return PipeState::closed;
    if (count > 0) pending.append(buffer, static_cast<std::size_t>(count));
    return PipeState::open;
}

// Takes the whole lines out of `pending`; the last that can be read becomes `last`.
void take_lines(std::string& pending, FitProgress& last) {
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
        if (const auto read = parse_progress(std::string_view(pending).substr(0, end))) last = *read;
        pending.erase(0, end + 1);
    }
}

// Reads the pipe until the child closes it; calls back after each read, and each second without one.
Status follow(int pipe, const std::function<Status(const FitProgress&)>& progress) {
    std::string pending;
    FitProgress last;
    while (true) {
        BOON_TRY(const PipeState state, read_some(pipe, pending));
        if (state == PipeState::closed) return {};
        take_lines(pending, last);
        if (progress) BOON_CHECK(progress(last));
    }
}

std::string last_line(const fs::path& file) {
    std::string text = read_bytes(file).value_or("");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    const auto line = text.rfind('\n');
    return line == std::string::npos ? text : text.substr(line + 1);
}

Status judge_end(int status, const fs::path& folder) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
        return fail(
            ErrorCode::unavailable, "the training process was killed, most likely because memory ran out",
            "train on fewer rows or features, or on a machine with more memory"
        );
    }
    if (const auto failure = read_record<Failure>(folder / kFailed)) {
        return fail(failure->invalid ? ErrorCode::invalid : ErrorCode::internal, failure->message, failure->hint);
    }
    const std::string end = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                                : fmt::format("exit code {}", WEXITSTATUS(status));
    const std::string said = last_line(folder / kErrors);
    return fail(
        ErrorCode::internal, fmt::format("the training process ended with {}{}{}", end, said.empty() ? "" : ": ", said),
        WIFEXITED(status) && WEXITSTATUS(status) == 127 ? "the program to run was not found" : ""
    );
}

Result<Fitted> collect(const fs::path& folder) {
    Fitted out;
    BOON_TRY(out.report, read_record<FitReport>(folder / kReport));
    BOON_TRY(const std::string model, read_bytes(folder / kModel));
    BOON_TRY(const std::string raw, read_bytes(folder / kRaw));
    const auto* bytes = reinterpret_cast<const std::byte*>(model.data());
    out.model.assign(bytes, bytes + model.size());
    out.validation_raw.resize(raw.size() / sizeof(float));
    std::memcpy(out.validation_raw.data(), raw.data(), out.validation_raw.size() * sizeof(float));
    return out;
}

Status run_child(const fs::path& folder, const FitProcess& process) {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return fail(ErrorCode::unavailable, fmt::format("could not make a pipe: {}", std::strerror(errno)));
    }
    Descriptor ours(ends[0]);
    Descriptor theirs(ends[1]);
    Descriptor errors(open((folder / kErrors).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    std::vector<std::string> command = process.command;
    command.push_back(folder.string());
    BOON_TRY(const pid_t pid, start(command, theirs.get(), errors.get()));
    Child child(pid);
    theirs.reset();
    BOON_CHECK(follow(ours.get(), process.progress));
    return judge_end(child.wait(), folder);
}

class Scratch {  // the job's folder, gone at the end
public:
    static Result<Scratch> make(const fs::path& folder) {
        std::error_code code;
        fs::create_directories(folder, code);
        if (code) {
            return fail(
                ErrorCode::unavailable,
                fmt::format("could not make the folder {}: {}", folder.string(), code.message()),
                "check the path, its permissions and the disk's free space"
            );
        }
        Scratch scratch;
        scratch.folder_ = folder;
        return scratch;
    }
    Scratch(Scratch&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
    Scratch& operator=(Scratch&&) = delete;
    ~Scratch() {
        std::error_code ignored;
        if (!folder_.empty()) fs::remove_all(folder_, ignored);
    }

private:
    Scratch() = default;
    fs::path folder_;
};

}  // namespace

Result<Fitted> fit(
    const Matrix& train, const Matrix& validation, const FitOptions& options, const FitProcess& process,
    const Matrix* all
) {
    BOON_ASSERT(!process.command.empty());
    BOON_TRY(const Scratch scratch, Scratch::make(process.scratch));
    const std::string job = json::write(options);
    BOON_CHECK(write_bytes(process.scratch / kJob, job.data(), job.size()));
    BOON_CHECK(write_matrix(train, process.scratch / kTrain));
    BOON_CHECK(write_matrix(validation, process.scratch / kValidation));
    if (all != nullptr) BOON_CHECK(write_matrix(*all, process.scratch / kAll));
    if (const auto ended = run_child(process.scratch, process); !ended) {
        return in_context("training did not finish", ended.error());
    }
    return collect(process.scratch);
}

int fit_main(const std::filesystem::path& folder) {
    std::signal(SIGPIPE, SIG_IGN);
    const Status done = run_job(folder);
    if (done) return 0;
    const Error& error = done.error();
    const std::string failure = json::write(Failure{error.code == ErrorCode::invalid, error.message, error.hint});
    [[maybe_unused]] const Status written = write_bytes(folder / kFailed, failure.data(), failure.size());
    return error_class(error.code).exit_code;
}

}  // namespace boon::training
