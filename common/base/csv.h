// Tables as text (RFC 4180), for spreadsheets: cells in quotes where they need them, lines that end
// with CR LF. What people wrote may begin like a formula, which a spreadsheet would compute; such a
// cell gets an apostrophe in front, which spreadsheets take for "this is text".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

class CsvWriter {
  public:
    void text(std::string_view value);
    void number(std::int64_t value);
    void end_line();

    std::string take() { return std::move(out_); }

  private:
    void separate();
    std::string out_;
    bool line_begins_ = true;
};
