#include "common/base/time.h"

#include <charconv>
#include <cstdio>

using namespace std::chrono;

Instant system_now() { return floor<microseconds>(system_clock::now()); }

namespace {

// Puts a number's last digits before `end`, as many as `width`.
void put(char* end, int width, unsigned number) {
    for (; width > 0; --width, number /= 10) *--end = static_cast<char>('0' + number % 10);
}

}  // namespace

std::string rfc3339(Instant instant) {
    auto day = floor<days>(instant);
    year_month_day date{day};
    hh_mm_ss time{floor<milliseconds>(instant - day)};
    std::string text = "0000-00-00T00:00:00.000Z";
    auto at = text.data();
    put(at + 4, 4, int(date.year()));
    put(at + 7, 2, unsigned(date.month()));
    put(at + 10, 2, unsigned(date.day()));
    put(at + 13, 2, time.hours().count());
    put(at + 16, 2, time.minutes().count());
    put(at + 19, 2, time.seconds().count());
    put(at + 23, 3, time.subseconds().count());
    return text;
}

namespace {

// Reads fixed-width pieces from the front of a text and remembers whether all were there.
struct Scanner {
    std::string_view rest;
    bool ok = true;

    int digits(std::size_t width) {
        int value = 0;
        if (rest.size() < width) return ok = false;
        auto [end, error] = std::from_chars(rest.data(), rest.data() + width, value);
        ok = ok && error == std::errc{} && end == rest.data() + width && rest[0] != '-';
        rest.remove_prefix(width);
        return value;
    }
    bool maybe(char wanted, char other = '\0') {
        if (rest.empty() || (rest[0] != wanted && (!other || rest[0] != other))) return false;
        rest.remove_prefix(1);
        return true;
    }
    void skip(char wanted, char other = '\0') { ok = maybe(wanted, other) && ok; }

    microseconds fraction() {
        std::int64_t value = 0;
        std::int64_t unit = 1'000'000;
        if (rest.empty() || rest[0] < '0' || rest[0] > '9') ok = false;
        for (; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; rest.remove_prefix(1)) {
            if (unit > 1) value += (rest[0] - '0') * (unit /= 10);
        }
        return microseconds{value};
    }
    minutes offset() {
        if (maybe('Z', 'z')) return minutes{0};
        bool behind = !rest.empty() && rest[0] == '-';
        skip('+', '-');
        int h = digits(2);
        skip(':');
        int m = digits(2);
        ok = ok && h < 24 && m < 60;
        return (behind ? -1 : 1) * minutes{h * 60 + m};
    }
};

}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text) {
    Scanner in{text};
    int y = in.digits(4);
    in.skip('-');
    unsigned mo = in.digits(2);
    in.skip('-');
    unsigned d = in.digits(2);
    in.skip('T', 't');
    int h = in.digits(2);
    in.skip(':');
    int mi = in.digits(2);
    in.skip(':');
    int s = in.digits(2);
    auto fraction = in.maybe('.') ? in.fraction() : microseconds{0};
    auto offset = in.offset();
    year_month_day date{year{y}, month{mo}, day{d}};
    if (!in.ok || !in.rest.empty() || !date.ok() || y < 2000 || y > 2100) return std::nullopt;
    if (h > 23 || mi > 59 || s > 59) return std::nullopt;
    return Instant{sys_days{date} + hours{h} + minutes{mi} + seconds{s} + fraction - offset};
}
