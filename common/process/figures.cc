#include "common/process/figures.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <system_error>

namespace fs = std::filesystem;

namespace {

constexpr const char* ending = ".prom";
constexpr std::string_view head_of_metric = "# HELP ";
constexpr auto longest_silence = std::chrono::minutes{1};

fs::path folder_of(const std::string& run_folder) { return fs::path{run_folder} / "metrics"; }

std::string number(double value) {
    std::array<char, 400> text;  // enough for any double, digit by digit
    auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
    return {text.data(), end};
}

std::string joined(const std::string& labels, const std::string& more) {
    return labels.empty() || more.empty() ? labels + more : labels + "," + more;
}

std::string sample(const std::string& name, const std::string& labels, double value) {
    return name + (labels.empty() ? "" : "{" + labels + "}") + " " + number(value) + "\n";
}

bool is_shown(const fs::directory_entry& file) {
    std::error_code gone;
    auto written = file.last_write_time(gone);
    return !gone && file.path().extension() == ending &&
           fs::file_time_type::clock::now() - written < longest_silence;
}

// Samples by the lines before them (HELP and TYPE), under which those of all programs stand
// together.
using Metrics = std::map<std::string, std::string>;

void add(Metrics& metrics, std::string_view text) {
    while (text.starts_with(head_of_metric)) {
        auto end = std::min(text.find("\n# HELP "), text.size() - 1) + 1;
        auto metric = text.substr(0, end);
        auto head = metric.find('\n', metric.find("\n# TYPE ") + 1) + 1;
        metrics[std::string{metric.substr(0, head)}] += metric.substr(head);
        text.remove_prefix(end);
    }
}

}  // namespace

Histogram::Histogram(std::vector<double> limits)
    : limits_(std::move(limits)), counts_(limits_.size() + 1) {}

void Histogram::observe(double value) {
    auto at = std::lower_bound(limits_.begin(), limits_.end(), value) - limits_.begin();
    ++counts_[static_cast<std::size_t>(at)];
    sum_ += value;
}

void Histogram::add(const Histogram& other) {
    std::transform(counts_.begin(), counts_.end(), other.counts_.begin(), counts_.begin(),
                   std::plus{});
    sum_ += other.sum_;
}

Figures::Figures(Labels common) { common_ = labels_with(common); }

std::string Figures::labels_with(Labels labels) const {
    std::string text = common_;
    for (auto [name, value] : labels) text = joined(text, metric_label(name, value));
    return text;
}

std::string& Figures::samples(const std::string& name, std::string_view help, const char* type) {
    auto& [head, samples] = metrics_[name];
    if (head.empty()) {
        head = std::string{head_of_metric} + name + " " + std::string{help} + "\n# TYPE " + name +
               " " + type + "\n";
    }
    return samples;
}

void Figures::gauge(const std::string& name, std::string_view help, double value, Labels labels) {
    auto full = "syncstream_" + name;
    samples(full, help, "gauge") += sample(full, labels_with(labels), value);
}

void Figures::counter(const std::string& name, std::string_view help, double total, Labels labels) {
    auto full = "syncstream_" + name;
    samples(full, help, "counter") += sample(full, labels_with(labels), total);
}

void Figures::histogram(const std::string& name, std::string_view help, const Histogram& histogram,
                        Labels labels) {
    auto full = "syncstream_" + name;
    auto& text = samples(full, help, "histogram");
    auto own = labels_with(labels);
    double count = 0;
    for (std::size_t at = 0; at < histogram.counts().size(); ++at) {
        count += static_cast<double>(histogram.counts()[at]);
        auto limit = at < histogram.limits().size() ? number(histogram.limits()[at]) : "+Inf";
        text += sample(full + "_bucket", joined(own, metric_label("le", limit)), count);
    }
    text += sample(full + "_sum", own, histogram.sum());
    text += sample(full + "_count", own, count);
}

void Figures::summary(const std::string& name, std::string_view help, std::vector<double> values,
                      Labels labels) {
    auto full = "syncstream_" + name;
    auto& text = samples(full, help, "summary");
    auto own = labels_with(labels);
    std::sort(values.begin(), values.end());
    for (double quantile : {0.5, 0.95, 0.99, 1.0}) {
        if (values.empty()) break;
        auto at = static_cast<std::size_t>(
            std::lround(quantile * static_cast<double>(values.size() - 1)));
        text += sample(full, joined(own, metric_label("quantile", number(quantile))), values[at]);
    }
    text += sample(full + "_count", own, static_cast<double>(values.size()));
}

void Figures::write(const std::string& run_folder, const std::string& program) const {
    auto folder = folder_of(run_folder);
    fs::create_directories(folder);
    auto draft = folder / (program + ".new");
    std::ofstream file{draft, std::ios::binary};
    for (const auto& [name, metric] : metrics_) file << metric.head << metric.samples;
    file.flush();
    if (!file) throw std::system_error(errno, std::generic_category(), draft);
    fs::rename(draft, folder / (program + ending));
}

std::string metric_label(std::string_view name, std::string_view value) {
    std::string text = std::string{name} + "=\"";
    for (char c : value) {
        if (c == '\\' || c == '"') text += '\\';
        text += c == '\n' ? "\\n" : std::string(1, c);
    }
    return text + '"';
}

std::string read_figures(const std::string& run_folder) {
    std::vector<fs::path> files;
    std::error_code none;
    for (const auto& file : fs::directory_iterator{folder_of(run_folder), none}) {
        if (is_shown(file)) files.push_back(file.path());
    }
    std::sort(files.begin(), files.end());
    Metrics metrics;
    for (const auto& path : files) {
        std::ifstream file{path, std::ios::binary};
        add(metrics, std::string{std::istreambuf_iterator<char>{file}, {}});
    }
    std::string text;
    for (const auto& [head, samples] : metrics) text += head + samples;
    return text;
}
