// What every answer of the service has to be, whatever it says: checked wherever a story looks at
// a status, so that no story forgets the envelope, the request id or a header.
#pragma once

#include <source_location>
#include <string>

#include "tests/support/house.h"

using Here = std::source_location;

// A success with that status: `success`, words, `data`, the headers of every answer.
void expect(int status, const Answered& answered, Here here = Here::current());
// A refusal with that status and code: words, the request's id, `Retry-After` or `Allow` where the
// status wants them.
void expect_refusal(int status, const std::string& code, const Answered& answered,
                    Here here = Here::current());
