// Figures of a program that has no pool, as it finds them from time to time: a text file beside the
// counters of the pools (metrics.h), shown with them. One that has threads lets each write a file
// of its own, with a label that tells them apart.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// How often values fell below each limit, since the program started.
class Histogram {
  public:
    explicit Histogram(std::vector<double> limits);  // rising; one above them all is understood
    void observe(double value);
    void add(const Histogram& other);  // of the same limits

    const std::vector<double>& limits() const { return limits_; }
    const std::vector<std::uint64_t>& counts() const { return counts_; }  // one more than limits
    double sum() const { return sum_; }

  private:
    std::vector<double> limits_;
    std::vector<std::uint64_t> counts_;
    double sum_ = 0;
};

// All that a program has to show at one moment: made anew each time, filled, written. The same name
// with other labels is another sample of the same metric; what it says in words is taken from the
// first. Names are shown with `syncstream_` before them.
class Figures {
  public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    explicit Figures(Labels common = {});  // stand at every sample

    void gauge(const std::string& name, std::string_view help, double value, Labels labels = {});
    // What has been counted since the program started.
    void counter(const std::string& name, std::string_view help, double total, Labels labels = {});
    void histogram(const std::string& name, std::string_view help, const Histogram& histogram,
                   Labels labels = {});
    // The 0.5, 0.95, 0.99 and 1 quantile of values that were seen lately, and how many there were;
    // without values only that.
    void summary(const std::string& name, std::string_view help, std::vector<double> values,
                 Labels labels = {});

    // Takes the place of what this program wrote before, at once; to be repeated within a minute.
    // Throws std::system_error.
    void write(const std::string& run_folder, const std::string& program) const;

  private:
    struct Metric {
        std::string head, samples;
    };
    std::string& samples(const std::string& name, std::string_view help, const char* type);
    std::string labels_with(Labels labels) const;

    std::string common_;
    std::map<std::string, Metric> metrics_;
};

// `name="value"` as the Prometheus text format wants it.
std::string metric_label(std::string_view name, std::string_view value);

// What all programs wrote within the last minute, in the Prometheus text format.
std::string read_figures(const std::string& run_folder);
