// Buying credits by card, with a Stripe that answers what the test says.
#include "workers/reseller/credit_purchase.h"

#include <cppunit/extensions/HelperMacros.h>

#include <mutex>

#include "tests/support/http_stub.h"
#include "tests/workers/reseller/shop.h"

namespace {

using namespace std::string_literals;
using reseller::Shop;

std::string wanted(const std::string& package, const std::string& site) {
    return R"({"package_id":")" + package + R"(","success_url":")" + site +
           R"(/ok","cancel_url":"https://app.syncstream.tv/no"})";
}

class CreditPurchaseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CreditPurchaseTest);
    CPPUNIT_TEST(opens_a_payment_page_and_gives_nothing_yet);
    CPPUNIT_TEST(takes_a_package_by_its_code);
    CPPUNIT_TEST(opens_one_page_for_one_key);
    CPPUNIT_TEST(leads_back_only_to_our_sites);
    CPPUNIT_TEST(sells_only_what_there_is);
    CPPUNIT_TEST(says_when_stripe_is_away);
    CPPUNIT_TEST(is_for_resellers);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        asked_.clear();
        stub_.emplace([this](const std::string& request) {
            std::lock_guard lock{mutex_};
            asked_.push_back(request);
            return HttpStub::ok(R"({"id":"cs_1","url":"https://pay.example/cs_1"})");
        });
        shop_.emplace();
        rok_ = shop_->reseller("rok", 100);
        build(stub_->url(""));
    }
    void tearDown() override {
        shop_.reset();
        stub_.reset();
    }

    void opens_a_payment_page_and_gives_nothing_yet() {
        auto packages = shop_->get("/credits/packages", rok_);
        auto answer = buy(wanted(packages.text("packages.1.id"), site_));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL("https://pay.example/cs_1"s, answer.text("checkout_url"));
        CPPUNIT_ASSERT_EQUAL("cs_1"s, answer.text("session_id"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked_.size());
        for (const char* part :
             {"mode=payment", "[unit_amount]=19000", "[credits]=20000", "[currency]=usd"}) {
            CPPUNIT_ASSERT_MESSAGE(asked_[0], asked_[0].find(part) != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, shop_->balance(rok_));
    }

    void takes_a_package_by_its_code() {
        CPPUNIT_ASSERT_EQUAL(200, buy(wanted("credits_5000", site_)).status);
    }

    void opens_one_page_for_one_key() {
        auto first = buy(wanted("credits_5000", site_), "purchase-67890");
        auto again = buy(wanted("credits_5000", site_), "purchase-67890");
        CPPUNIT_ASSERT_EQUAL(first.body, again.body);
        CPPUNIT_ASSERT_EQUAL("true"s, again.header("Idempotent-Replayed"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked_.size());
        CPPUNIT_ASSERT_EQUAL("idempotency_key_reused"s,
                             buy(wanted("credits_20000", site_), "purchase-67890").code());
    }

    void leads_back_only_to_our_sites() {
        for (const char* site : {"https://evil.example", "https://app.syncstream.tv.evil.example",
                                 "https://app.syncstream.tv@evil.example", "javascript:alert(1)",
                                 "http://app.syncstream.tv"}) {
            auto answer = buy(wanted("credits_5000", site));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(site, 400, answer.status);
        }
        CPPUNIT_ASSERT(asked_.empty());
    }

    void sells_only_what_there_is() {
        for (const char* package :
             {"credits_1", "01938000-0000-7000-8000-00000000c1ff", "' or 1=1"}) {
            auto answer = buy(wanted(package, site_));
            CPPUNIT_ASSERT_EQUAL(400, answer.status);
            CPPUNIT_ASSERT(answer.body.find("package_id") != std::string::npos);
        }
    }

    void says_when_stripe_is_away() {
        build("http://127.0.0.1:9");
        CPPUNIT_ASSERT_EQUAL(503, buy(wanted("credits_5000", site_)).status);
    }

    void is_for_resellers() {
        auto ana = shop_->house.person("ana");
        auto answer = ask(wanted("credits_5000", site_), ana.token, {});
        CPPUNIT_ASSERT_EQUAL(403, answer.status);
    }

  private:
    void build(const std::string& base) {
        StripeOptions options{
            .base = base, .key = Secret{"sk_test_1"}, .version = "2026-10-28.endive"};
        options.attempts = 2;
        options.wait = [](auto) {};
        stripe_.emplace(options);
        purchase_.emplace(shop_->house.db, *stripe_,
                          std::vector<std::string>{"https://app.syncstream.tv"});
        worker_.emplace(shop_->house.worker(reseller::routes(*purchase_)));
    }
    Answered ask(const std::string& body, const std::string& token, const Headers& headers) {
        return ::ask(*worker_, Method::post, "/api/v1/reseller/credits/checkout", body, token,
                     headers);
    }
    Answered buy(const std::string& body, const std::string& key = "") {
        return ask(body, rok_.token, key.empty() ? Headers{} : Headers{{"idempotency-key", key}});
    }

    const std::string site_ = "https://app.syncstream.tv";
    std::mutex mutex_;
    std::vector<std::string> asked_;
    std::optional<HttpStub> stub_;
    std::optional<Shop> shop_;
    std::optional<Stripe> stripe_;
    std::optional<reseller::CreditPurchase> purchase_;
    std::optional<Worker> worker_;
    Person rok_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CreditPurchaseTest);

}  // namespace
