#include "common/process/gauges.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace fs = std::filesystem;

namespace {

constexpr const char* ending = ".prom";

std::string text_of(const std::vector<Gauge>& gauges) {
    std::string text;
    for (const auto& [short_name, help, value] : gauges) {
        auto name = "syncstream_" + short_name;
        text += "# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n" + name + " " +
                std::to_string(value) + "\n";
    }
    return text;
}

}  // namespace

void write_gauges(const std::string& run_folder, const std::string& program,
                  const std::vector<Gauge>& gauges) {
    auto folder = fs::path{run_folder} / "metrics";
    fs::create_directories(folder);
    auto path = folder / (program + ending);
    auto draft = folder / (program + ".new");
    std::ofstream file{draft, std::ios::binary};
    file << text_of(gauges) << std::flush;
    if (!file) throw std::system_error(errno, std::generic_category(), draft);
    fs::rename(draft, path);
}

std::string read_gauges(const std::string& run_folder) {
    std::string text;
    std::error_code none;
    for (const auto& one : fs::directory_iterator{fs::path{run_folder} / "metrics", none}) {
        if (one.path().extension() != ending) continue;
        std::ifstream file{one.path(), std::ios::binary};
        text.append(std::istreambuf_iterator<char>{file}, {});
    }
    return text;
}
