#include "common/process/reload.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "common/base/text.h"
#include "common/process/listener.h"
#include "common/process/log.h"

namespace {

constexpr const char* handed_over = "SYNCSTREAM_OLD_CHILDREN";
constexpr std::chrono::seconds check_timeout{30};

// Symbolic links are kept: a release is changed by turning one to another folder. For the same
// reason /proc/self/exe, which names the file that may be gone by then, is only a last resort.
std::string absolute(const std::string& program) {
    if (program.find('/') == program.npos) return std::filesystem::read_symlink("/proc/self/exe");
    return std::filesystem::absolute(program);
}

void execute_program(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
}

// The check is no part of the service: it has no word with systemd, and dies like any program.
[[noreturn]] void check_program(std::vector<std::string> command) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    command.push_back("--check");
    execute_program(command);
    _exit(127);
}

}  // namespace

Reload::Reload(std::vector<std::string> command, int listener)
    : command_(std::move(command)), listener_(listener) {
    if (!command_.empty()) command_[0] = absolute(command_[0]);
}

bool Reload::begin() {
    again_ = check_ != 0;
    if (again_ || command_.empty()) return again_;
    deadline_ = std::chrono::steady_clock::now() + check_timeout;
    check_ = fork();
    if (check_ == 0) check_program(command_);
    if (check_ > 0) return true;
    check_ = 0;
    LogLine(Level::error, "reload_failed").add("step", "fork").add("errno", errno);
    return false;
}

void Reload::kill_overdue() {
    if (check_ != 0 && std::chrono::steady_clock::now() > deadline_) kill(check_, SIGKILL);
}

Reload::Verdict Reload::judge(pid_t pid, int status) {
    if (check_ == 0 || pid != check_) return Verdict::not_mine;
    check_ = 0;
    if (std::exchange(again_, false)) return begin() ? Verdict::repeated : Verdict::bad;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Verdict::good;
    LogLine line(Level::error, "reload_failed");
    line.add("step", "check");
    if (WIFSIGNALED(status)) line.add("signal", WTERMSIG(status));
    if (WIFEXITED(status)) line.add("status", WEXITSTATUS(status));
    return Verdict::bad;
}

void Reload::execute(const std::vector<pid_t>& children) {
    std::string pids;
    for (pid_t pid : children) pids += (pids.empty() ? "" : ",") + std::to_string(pid);
    setenv(handed_over, pids.c_str(), 1);
    keep_for_exec(listener_);
    execute_program(command_);
    LogLine(Level::error, "reload_failed").add("step", "exec").add("errno", errno);
    keep_no_longer(listener_);
    unsetenv(handed_over);
}

std::vector<pid_t> adopt_children() {
    const char* given = std::getenv(handed_over);
    std::string pids = given ? given : "";
    unsetenv(handed_over);
    std::vector<pid_t> children;
    for (auto word : split(pids, ',')) {
        auto pid = parse_integer(word);
        // Zero from waitpid: it is a child of this process, and it lives. No other is touched.
        if (pid && *pid > 0 && waitpid(static_cast<pid_t>(*pid), nullptr, WNOHANG) == 0)
            children.push_back(static_cast<pid_t>(*pid));
    }
    return children;
}
