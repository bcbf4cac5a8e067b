// The stand-in for Stripe of a world, as its library and its pages would be used: to look at what
// the service has made there, to pay, and to have it fail.
#pragma once

#include <string>

#include "common/json/json.h"
#include "common/net/client.h"
#include "tests/support/world.h"

class StandIn {
  public:
    explicit StandIn(World& world);

    // An object of its API; a null value when it has none.
    JsonValue find(const std::string& path);
    void remove(const std::string& path);
    // Pays on a page, with a card that is good.
    void pay(const std::string& page);
    // An order to its controls (tests/doubles/stripe/control.mjs).
    void order(const std::string& what, const std::string& json);

    std::string url(const std::string& path) const { return base_ + path; }
    const std::string& webhook_secret() const { return secret_; }

  private:
    HttpAnswer ask(const char* method, const std::string& url, const std::string& type,
                   const std::string& body);

    std::string base_, key_, secret_;
    HttpClient client_{HttpClient::Reach::trusted};
};
