// PINs: choosing a profile, guessing, what needs a proof, and what parents can read afterwards.
#include "workers/profiles/guard.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include "tests/workers/profiles/household.h"

namespace {

using profiles::Household;

constexpr const char* kids = R"({"name":"Kids","is_kids_profile":true,"parental_pin":"1234",
    "parental":{"max_rating":"PG-13","blocked_categories":["Horror"],"bedtime":"21:00"}})";

class GuardTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GuardTest);
    CPPUNIT_TEST(opens_a_profile_without_pin);
    CPPUNIT_TEST(gives_a_token_that_carries_the_profile);
    CPPUNIT_TEST(opens_with_the_right_pin_only);
    CPPUNIT_TEST(locks_after_five_wrong_pins);
    CPPUNIT_TEST(forgets_failures_after_success);
    CPPUNIT_TEST(forgets_failures_with_time);
    CPPUNIT_TEST(opens_again_after_the_lock);
    CPPUNIT_TEST(locks_each_profile_by_itself);
    CPPUNIT_TEST(opens_nothing_for_a_suspended_account);
    CPPUNIT_TEST(opens_nothing_for_an_ended_session);
    CPPUNIT_TEST(sets_a_first_pin_freely);
    CPPUNIT_TEST(changes_a_pin_only_with_proof);
    CPPUNIT_TEST(clears_a_pin_only_with_proof);
    CPPUNIT_TEST(takes_the_password_for_a_proof);
    CPPUNIT_TEST(counts_wrong_passwords);
    CPPUNIT_TEST(counts_guesses_of_the_current_pin);
    CPPUNIT_TEST(unlocks_with_the_password_and_a_new_pin);
    CPPUNIT_TEST(counts_guesses_under_an_idempotency_key);
    CPPUNIT_TEST(tightens_freely_and_loosens_with_proof);
    CPPUNIT_TEST(keeps_a_child_in_a_kids_profile);
    CPPUNIT_TEST(tells_parents_what_happened);
    CPPUNIT_TEST(speaks_french);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        home_ = std::make_unique<Household>();
        ana_ = home_->person("ana");
        kids_ = home_->added(ana_, kids);
    }
    void tearDown() override { home_.reset(); }

    void opens_a_profile_without_pin() {
        auto own = "/" + ana_.profile.text();
        for (const char* body : {"", "{}", R"({"pin":null})", R"({"pin":""})", R"({"pin":"1"})"}) {
            CPPUNIT_ASSERT_EQUAL(200, home_->ask(Method::post, own + "/select", body, ana_).status);
        }
    }

    void gives_a_token_that_carries_the_profile() {
        auto answer = enter("1234");
        CPPUNIT_ASSERT_EQUAL(std::string{"Profile selected successfully"}, answer.message());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{900}, answer.number("expires_in"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Kids"}, answer.text("profile.name"));
        auto jwt = answer.text("access_token");
        auto token = home_->house.tokens.read(jwt, system_now());
        CPPUNIT_ASSERT_EQUAL(kids_.substr(1), token.profile.value().text());
        CPPUNIT_ASSERT(token.user == ana_.id && token.session == ana_.session);
        CPPUNIT_ASSERT_EQUAL(std::string{"family"}, token.plan);
        CPPUNIT_ASSERT_EQUAL(std::string{"user"}, token.role);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, token.rate_limit);
        CPPUNIT_ASSERT_EQUAL(
            "auth=" + jwt + "; Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Lax",
            answer.header("Set-Cookie"));
        auto chosen = home_->house.db.get<Uuid>(profiles::selected_profile, ana_.session);
        CPPUNIT_ASSERT_EQUAL(kids_.substr(1), chosen.text());
    }

    void opens_with_the_right_pin_only() {
        auto missing = home_->ask(Method::post, kids_ + "/select", "", ana_);
        CPPUNIT_ASSERT_EQUAL(403, missing.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"pin_required"}, missing.code());
        auto wrong = enter("0000");
        CPPUNIT_ASSERT_EQUAL(403, wrong.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_pin"}, wrong.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"Invalid PIN"}, wrong.message());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, wrong.number("attempts_left"));
        CPPUNIT_ASSERT_EQUAL(403, enter("not even digits").status);
        CPPUNIT_ASSERT_EQUAL(
            400, home_->ask(Method::post, kids_ + "/select", R"({"pin":1234})", ana_).status);
        CPPUNIT_ASSERT_EQUAL(200, enter("1234").status);
    }

    void locks_after_five_wrong_pins() {
        for (int left = 4; left >= 0; --left) {
            auto wrong = enter("0000");
            CPPUNIT_ASSERT_EQUAL(403, wrong.status);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{left}, wrong.number("attempts_left"));
        }
        auto locked = enter("1234");
        CPPUNIT_ASSERT_EQUAL(423, locked.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"pin_locked"}, locked.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"900"}, locked.header("Retry-After"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Too many wrong PINs. Please try again in 900 seconds"},
                             locked.message());
    }

    void forgets_failures_after_success() {
        for (int i = 0; i < 4; ++i) enter("0000");
        CPPUNIT_ASSERT_EQUAL(200, enter("1234").status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, enter("0000").number("attempts_left"));
    }

    void forgets_failures_with_time() {
        for (int i = 0; i < 4; ++i) enter("0000");
        let_time_pass();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, enter("0000").number("attempts_left"));
    }

    void opens_again_after_the_lock() {
        lock();
        let_time_pass();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, enter("0000").number("attempts_left"));
        CPPUNIT_ASSERT_EQUAL(200, enter("1234").status);
    }

    void locks_each_profile_by_itself() {
        auto other = home_->added(ana_, R"({"name":"Parents","parental_pin":"1234"})");
        lock();
        CPPUNIT_ASSERT_EQUAL(
            200, home_->ask(Method::post, other + "/select", R"({"pin":"1234"})", ana_).status);
    }

    void opens_nothing_for_a_suspended_account() {
        home_->house.db.run(profiles::suspend, ana_.id);
        CPPUNIT_ASSERT_EQUAL(std::string{"account_suspended"}, enter("1234").code());
    }

    void opens_nothing_for_an_ended_session() {
        home_->house.db.run(profiles::end_session, ana_.session);
        CPPUNIT_ASSERT_EQUAL(401, enter("1234").status);
    }

    void sets_a_first_pin_freely() {
        auto own = "/" + ana_.profile.text();
        auto answer = home_->ask(Method::patch, own, R"({"parental_pin":"24680"})", ana_);
        CPPUNIT_ASSERT(answer.data("profile.has_pin").boolean);
        CPPUNIT_ASSERT_EQUAL(403, home_->ask(Method::post, own + "/select", "", ana_).status);
    }

    void changes_a_pin_only_with_proof() {
        auto bare = patch(R"("parental_pin":"5555")");
        CPPUNIT_ASSERT_EQUAL(403, bare.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"pin_required"}, bare.code());
        auto wrong = patch(R"("parental_pin":"5555","current_pin":"0000")");
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_pin"}, wrong.code());
        CPPUNIT_ASSERT_EQUAL(200, enter("1234").status);
        CPPUNIT_ASSERT_EQUAL(200, patch(R"("parental_pin":"5555","current_pin":"1234")").status);
        CPPUNIT_ASSERT_EQUAL(403, enter("1234").status);
        CPPUNIT_ASSERT_EQUAL(200, enter("5555").status);
    }

    void clears_a_pin_only_with_proof() {
        CPPUNIT_ASSERT_EQUAL(403, patch(R"("parental_pin":null)").status);
        auto answer = patch(R"("parental_pin":null,"current_pin":"1234")");
        CPPUNIT_ASSERT(!answer.data("profile.has_pin").boolean);
        CPPUNIT_ASSERT_EQUAL(200, enter("").status);
    }

    void takes_the_password_for_a_proof() {
        auto wrong = patch(R"("parental_pin":"5555","password":"wrong horse")");
        CPPUNIT_ASSERT_EQUAL(403, wrong.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_password"}, wrong.code());
        CPPUNIT_ASSERT_EQUAL(200,
                             patch(R"("parental_pin":"5555","password":"correct horse")").status);
        CPPUNIT_ASSERT_EQUAL(200, enter("5555").status);
    }

    void counts_wrong_passwords() {
        for (int i = 0; i < 5; ++i) {
            CPPUNIT_ASSERT_EQUAL(403, patch(R"("password":"wrong horse")").status);
        }
        auto blocked = patch(R"("password":"correct horse")");
        CPPUNIT_ASSERT_EQUAL(429, blocked.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"too_many_attempts"}, blocked.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"900"}, blocked.header("Retry-After"));
        CPPUNIT_ASSERT_EQUAL(200, enter("1234").status);
    }

    void counts_guesses_of_the_current_pin() {
        for (int i = 0; i < 5; ++i) patch(R"("parental_pin":"5555","current_pin":"0000")");
        CPPUNIT_ASSERT_EQUAL(423, enter("1234").status);
        CPPUNIT_ASSERT_EQUAL(423, patch(R"("parental_pin":"5555","current_pin":"1234")").status);
    }

    void unlocks_with_the_password_and_a_new_pin() {
        lock();
        CPPUNIT_ASSERT_EQUAL(200,
                             patch(R"("parental_pin":"5555","password":"correct horse")").status);
        CPPUNIT_ASSERT_EQUAL(200, enter("5555").status);
    }

    void counts_guesses_under_an_idempotency_key() {
        for (int i = 0; i < 5; ++i) {
            Headers key{{"idempotency-key", Uuid::make().text()}};
            auto body = R"({"parental_pin":"5555","current_pin":"0000"})";
            CPPUNIT_ASSERT_EQUAL(403, home_->ask(Method::patch, kids_, body, ana_, key).status);
        }
        CPPUNIT_ASSERT_EQUAL(423, enter("1234").status);
    }

    void tightens_freely_and_loosens_with_proof() {
        for (const char* tighter :
             {R"("max_rating":"PG")", R"("blocked_categories":["Horror","News"])",
              R"("bedtime":"20:00")", R"("wake_time":"07:00","bedtime":"20:00")"}) {
            auto parental = std::string{R"("parental":{)"} + tighter + "}";
            auto expected = parental.find("wake") == std::string::npos ? 200 : 403;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(tighter, expected, patch(parental).status);
        }
        for (const char* looser :
             {R"({"max_rating":"R"})", R"({"max_rating":null})", R"({"blocked_categories":[]})",
              R"({"bedtime":"23:30"})", R"({"bedtime":null})", "null"}) {
            auto parental = std::string{R"("parental":)"} + looser;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(looser, 403, patch(parental).status);
        }
        auto answer = patch(R"("parental":null,"current_pin":"1234")");
        CPPUNIT_ASSERT(answer.data("profile.parental.bedtime").kind == JsonValue::Kind::null);
    }

    void keeps_a_child_in_a_kids_profile() {
        CPPUNIT_ASSERT_EQUAL(403, patch(R"("is_kids_profile":false)").status);
        CPPUNIT_ASSERT_EQUAL(200, patch(R"("is_kids_profile":true,"name":"Timmy")").status);
        auto open = home_->added(ana_, R"({"name":"Small","is_kids_profile":true})");
        auto body = R"({"is_kids_profile":false,"current_pin":"1234"})";
        CPPUNIT_ASSERT_EQUAL(std::string{"pin_required"},
                             home_->ask(Method::patch, open, body, ana_).code());
        body = R"({"is_kids_profile":false,"password":"correct horse"})";
        CPPUNIT_ASSERT_EQUAL(200, home_->ask(Method::patch, open, body, ana_).status);
    }

    void tells_parents_what_happened() {
        lock();
        patch(R"("parental_pin":"5555","password":"correct horse")");
        enter("5555");
        patch(R"("parental_pin":null,"parental":{"max_rating":"R"},"current_pin":"5555")");
        home_->house.db.run(profiles::play, Uuid::make(), ana_.id, *Uuid::parse(kids_.substr(1)));
        auto answer = home_->ask(Method::get, kids_ + "/activity?limit=6", "", ana_);
        const char* events[] = {"played",   "restrictions_changed", "pin_cleared",
                                "selected", "pin_changed",          "pin_locked"};
        for (int i = 0; i < 6; ++i) {
            CPPUNIT_ASSERT_EQUAL(std::string{events[i]},
                                 answer.text("activity." + std::to_string(i) + ".event"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"movie_inception"}, answer.text("activity.0.item_id"));
        CPPUNIT_ASSERT_EQUAL(ana_.session.text(), answer.text("activity.3.device_id"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{11}, answer.number("pagination.total"));
        auto last = home_->ask(Method::get, kids_ + "/activity?limit=6&page=2", "", ana_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, last.data("activity").list.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"pin_failed"}, last.text("activity.4.event"));
    }

    void speaks_french() {
        auto body = R"({"password":"wrong horse"})";
        auto answer = home_->ask(Method::patch, kids_, body, ana_, {{"accept-language", "fr"}});
        CPPUNIT_ASSERT_EQUAL(std::string{"Mot de passe incorrect"}, answer.message());
    }

  private:
    Answered enter(const std::string& pin) {
        return home_->ask(Method::post, kids_ + "/select", R"({"pin":")" + pin + R"("})", ana_);
    }
    Answered patch(const std::string& members) {
        return home_->ask(Method::patch, kids_, "{" + members + "}", ana_);
    }
    void lock() {
        for (int i = 0; i < 5; ++i) enter("0000");
    }
    void let_time_pass() {
        home_->house.db.run(profiles::let_time_pass, *Uuid::parse(kids_.substr(1)));
    }

    std::unique_ptr<Household> home_;
    Person ana_;
    std::string kids_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GuardTest);

}  // namespace
