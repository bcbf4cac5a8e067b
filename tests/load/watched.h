// What programs of this machine use: their CPU time and memory, with all that descends from them.
// For the load programs, which print what a measurement cost.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

struct Usage {
    double cpu_s = 0;
    double resident_kib = 0;
};

// Programs that are counted together, such as all children of nginx.
struct Watched {
    std::string name;
    std::vector<int> pids;
};

// Who is whose parent, of all that run now.
inline std::map<int, int> parents() {
    std::map<int, int> result;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        auto pid = std::atoi(entry.path().filename().c_str());
        std::ifstream file(entry.path() / "stat");
        std::string line;
        if (pid == 0 || !std::getline(file, line)) continue;
        char state = 0;
        std::istringstream{line.substr(line.rfind(')') + 1)} >> state >> result[pid];
    }
    return result;
}

inline Usage usage_of(int pid) {
    std::ifstream stat_file("/proc/" + std::to_string(pid) + "/stat");
    std::string line, word;
    if (!std::getline(stat_file, line)) return {};
    std::istringstream fields{line.substr(line.rfind(')') + 1)};
    for (int skipped = 0; skipped < 11; ++skipped) fields >> word;
    double user = 0, system = 0, pages = 0;
    fields >> user >> system;
    for (int skipped = 0; skipped < 8; ++skipped) fields >> word;
    fields >> pages;
    return {(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)),
            pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024};
}

inline Usage usage_of(const Watched& watched) {
    Usage sum;
    auto above = parents();
    auto belongs = [&](int pid) {
        for (; pid > 1; pid = above[pid])
            for (int wanted : watched.pids)
                if (pid == wanted) return true;
        return false;
    };
    for (auto [pid, parent] : std::map{above}) {
        if (!belongs(pid)) continue;
        auto usage = usage_of(pid);
        sum.cpu_s += usage.cpu_s;
        sum.resident_kib += usage.resident_kib;
    }
    return sum;
}
