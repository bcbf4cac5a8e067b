#include "tests/support/processes.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "common/base/text.h"

namespace {

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The fields of /proc/<pid>/stat after the name, which may hold blanks and brackets itself.
std::vector<std::string> fields_of(const std::string& folder) {
    auto stat = contents(folder + "/stat");
    auto end = stat.rfind(") ");
    std::vector<std::string> fields;
    if (end == stat.npos) return fields;
    for (auto field : split(std::string_view{stat}.substr(end + 2), ' ')) {
        fields.emplace_back(field);
    }
    return fields;
}

bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

bool read_process(const std::string& folder, Process& process) {
    auto fields = fields_of(folder);
    if (fields.size() < 20 || fields[0] == "Z" || fields[0] == "X") return false;
    process.pid = std::stoi(std::filesystem::path{folder}.filename());
    process.parent = std::stoi(fields[1]);
    process.started = fields[19];
    process.command = contents(folder + "/cmdline");
    std::replace(process.command.begin(), process.command.end(), '\0', ' ');
    std::error_code unreadable;
    process.folder = std::filesystem::read_symlink(folder + "/cwd", unreadable);
    return true;
}

}  // namespace

std::string Process::program() const {
    auto first = command.substr(0, command.find(' '));
    return first.substr(first.rfind('/') + 1);
}

std::vector<Process> processes() {
    std::vector<Process> all;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        Process process;
        if (is_number(entry.path().filename()) && read_process(entry.path(), process)) {
            all.push_back(std::move(process));
        }
    }
    return all;
}

std::vector<Process> descendants(pid_t root) {
    auto all = processes();
    std::set<pid_t> family{root};
    std::vector<Process> found;
    for (std::size_t before = 0; before != family.size();) {
        before = family.size();
        for (const auto& process : all) {
            if (family.count(process.parent) && family.insert(process.pid).second) {
                found.push_back(process);
            }
        }
    }
    return found;
}

bool is_alive(pid_t pid) {
    Process process;
    return read_process("/proc/" + std::to_string(pid), process);
}

bool comes_true(const std::function<bool()>& condition, std::chrono::seconds patience) {
    auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return true;
}
