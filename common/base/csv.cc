#include "common/base/csv.h"

namespace {

bool like_a_formula(std::string_view text) {
    return !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != text.npos;
}

}  // namespace

void CsvWriter::text(std::string_view value) {
    separate();
    std::string cell{like_a_formula(value) ? "'" : ""};
    cell += value;
    if (cell.find_first_of(",\"\r\n;") == cell.npos) {
        out_ += cell;
        return;
    }
    out_ += '"';
    for (char c : cell) {
        if (c == '"') out_ += '"';
        out_ += c;
    }
    out_ += '"';
}

void CsvWriter::number(std::int64_t value) {
    separate();
    out_ += std::to_string(value);
}

void CsvWriter::end_line() {
    out_ += "\r\n";
    line_begins_ = true;
}

void CsvWriter::separate() {
    if (!line_begins_) out_ += ',';
    line_begins_ = false;
}
