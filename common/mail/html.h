// The same letter for programs that show HTML: a heading, the paragraphs of the text, and the link
// as a button. One column of plain elements with their styles on them, because mail programs know
// no more; no pictures, nothing that is fetched. Used by letters.h.
#pragma once

#include <string>
#include <string_view>

#include "common/messages/languages.h"

// The text as it is sent, its paragraphs parted by empty lines. The paragraph that is the link and
// nothing else becomes a button with the heading on it, over the address for whom it does not work.
// All that is handed in is text: none of it becomes markup.
std::string html_letter(const Language& language, std::string_view heading, std::string_view text,
                        std::string_view link);
