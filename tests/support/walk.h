// Walks all routes of a world as its OpenAPI document lists them, asked by somebody who may: a
// viewer on premium, a reseller, an admin. For tests that put the same thing everywhere.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/account.h"
#include "tests/support/contract.h"

class Walk {
  public:
    using Look = std::function<void(const Question&, const Answered&)>;

    explicit Walk(World& world);

    std::vector<Operation> operations();
    // The path of an operation with an id of the viewer's own.
    std::string own(const Operation& operation) const;
    Question question(const Operation& operation, const std::string& path,
                      const std::string& body = "") const;

    // Asks in crowds, and looks at each answer with the question that it belongs to. Changes of
    // one row (PATCH) follow each other, so that each sees its own.
    void ask_all(const std::vector<Question>& questions, const Look& look);

    Client viewer;

  private:
    std::string token_of(const std::string& role);

    Client crowd_;  // brings each question's own token
    Account account_;
    std::map<std::string, std::string> tokens_;
};

// Both for the message of an assertion.
std::string told(const Question& question, const Answered& answered);
// Asserts a success or a refusal in the envelope, and no 5xx.
void survives(const Question& question, const Answered& answered);
