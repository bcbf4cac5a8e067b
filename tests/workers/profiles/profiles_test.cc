// Profiles as clients see them: adding, reading, changing, deleting, and how many there may be.
#include "workers/profiles/profiles.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include "tests/workers/profiles/household.h"

namespace {

using profiles::Household;

class ProfilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProfilesTest);
    CPPUNIT_TEST(adds_a_profile_with_all_its_fields);
    CPPUNIT_TEST(adds_a_profile_of_a_name_alone);
    CPPUNIT_TEST(lists_the_default_one_first_and_all_at_once);
    CPPUNIT_TEST(pages_when_asked_to);
    CPPUNIT_TEST(shows_phones_less);
    CPPUNIT_TEST(picks_the_fields_asked_for);
    CPPUNIT_TEST(trims_names);
    CPPUNIT_TEST(refuses_what_is_no_name);
    CPPUNIT_TEST(refuses_what_does_not_fit);
    CPPUNIT_TEST(names_all_faults_at_once);
    CPPUNIT_TEST(refuses_a_name_twice_however_cased);
    CPPUNIT_TEST(lets_two_accounts_have_the_same_name);
    CPPUNIT_TEST(stops_at_the_limit_of_the_plan);
    CPPUNIT_TEST(keeps_what_exceeds_a_lowered_limit);
    CPPUNIT_TEST(knows_plans_without_limit);
    CPPUNIT_TEST(adds_once_for_an_idempotency_key);
    CPPUNIT_TEST(changes_only_what_was_sent);
    CPPUNIT_TEST(clears_what_is_sent_as_null);
    CPPUNIT_TEST(keeps_its_own_name_in_other_letters);
    CPPUNIT_TEST(refuses_the_name_of_another_one);
    CPPUNIT_TEST(deletes_a_profile);
    CPPUNIT_TEST(keeps_the_last_and_the_default_one);
    CPPUNIT_TEST(counts_each_change_for_the_devices);
    CPPUNIT_TEST(shows_nobody_the_profiles_of_others);
    CPPUNIT_TEST(speaks_french);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        home_ = std::make_unique<Household>();
        ana_ = home_->person("ana");
    }
    void tearDown() override { home_.reset(); }

    void adds_a_profile_with_all_its_fields() {
        auto answer = add(R"({"name":"Kids","avatar_url":"https://cdn.example.com/dino.png",
            "is_kids_profile":true,"parental_pin":"9876","language":"es","parental":{
            "max_rating":"PG","blocked_categories":["Horror","News"],"bedtime":"20:30",
            "wake_time":"07:00","timezone":"Europe/Madrid"}})");
        CPPUNIT_ASSERT_EQUAL(201, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"Profile created successfully"}, answer.message());
        CPPUNIT_ASSERT_EQUAL("/api/v1/profiles/" + answer.text("profile.id"),
                             answer.header("Location"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Kids"}, answer.text("profile.name"));
        CPPUNIT_ASSERT(answer.data("profile.is_kids_profile").boolean);
        CPPUNIT_ASSERT(answer.data("profile.has_pin").boolean);
        CPPUNIT_ASSERT(!answer.data("profile.is_default").boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{"es"}, answer.text("profile.language"));
        CPPUNIT_ASSERT_EQUAL(std::string{"PG"}, answer.text("profile.parental.max_rating"));
        CPPUNIT_ASSERT_EQUAL(std::string{"News"},
                             answer.text("profile.parental.blocked_categories.1"));
        CPPUNIT_ASSERT_EQUAL(std::string{"20:30"}, answer.text("profile.parental.bedtime"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Europe/Madrid"},
                             answer.text("profile.parental.timezone"));
        CPPUNIT_ASSERT(answer.body.find("9876") == std::string::npos);
        CPPUNIT_ASSERT(answer.body.find("argon2") == std::string::npos);
        auto again = get("/" + answer.text("profile.id"));
        CPPUNIT_ASSERT_EQUAL(answer.text("profile.updated_at"), again.text("profile.updated_at"));
        CPPUNIT_ASSERT(!again.header("ETag").empty());
    }

    void adds_a_profile_of_a_name_alone() {
        auto answer = add(R"({"name":"Sarah","avatar_url":null,"parental_pin":null})");
        CPPUNIT_ASSERT_EQUAL(201, answer.status);
        CPPUNIT_ASSERT(!answer.data("profile.has_pin").boolean);
        CPPUNIT_ASSERT(answer.data("profile.language").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT(answer.data("profile.parental.blocked_categories").kind ==
                       JsonValue::Kind::list);
    }

    void lists_the_default_one_first_and_all_at_once() {
        home_->house.db.run(profiles::set_plan_limit, "family", -1);
        for (int i = 0; i < 25; ++i) home_->added(ana_, named("Guest " + std::to_string(i)));
        auto answer = get("");
        CPPUNIT_ASSERT_EQUAL(std::size_t{26}, answer.data("profiles").list.size());
        CPPUNIT_ASSERT(answer.data("profiles.0.is_default").boolean);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{26}, answer.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, answer.number("pagination.pages"));
    }

    void pages_when_asked_to() {
        home_->added(ana_, named("Sarah"));
        auto answer = get("?page=2&limit=1");
        CPPUNIT_ASSERT_EQUAL(std::string{"Sarah"}, answer.text("profiles.0.name"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, answer.number("pagination.pages"));
        for (const char* nonsense : {"?page=0", "?limit=0", "?limit=1001", "?limit=many"}) {
            CPPUNIT_ASSERT_EQUAL(400, get(nonsense).status);
        }
    }

    void shows_phones_less() {
        auto answer = get("?view=compact");
        CPPUNIT_ASSERT(!answer.text("profiles.0.name").empty());
        CPPUNIT_ASSERT(answer.data("profiles.0.has_pin").kind == JsonValue::Kind::boolean);
        CPPUNIT_ASSERT(answer.data("profiles.0.parental").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT(answer.text("profiles.0.created_at").empty());
    }

    void picks_the_fields_asked_for() {
        auto answer = get("?fields=name,parental&view=compact");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, answer.data("profiles.0").members.size());
        CPPUNIT_ASSERT(answer.data("profiles.0.parental").find("bedtime"));
    }

    void trims_names() {
        auto answer = add(named("  Sarah "));
        CPPUNIT_ASSERT_EQUAL(std::string{"Sarah"}, answer.text("profile.name"));
        CPPUNIT_ASSERT_EQUAL(409, add(named("sarah")).status);
    }

    void refuses_what_is_no_name() {
        for (const auto& name : {std::string{}, std::string{"   "}, std::string(41, 'x'),
                                 std::string{"two\\nlines"}, std::string{"bell\\u0007"}}) {
            auto answer = add(named(name));
            CPPUNIT_ASSERT_EQUAL(400, answer.status);
            CPPUNIT_ASSERT(answer.json.find("error")->find("fields")->find("name"));
        }
        std::string forty;
        for (int i = 0; i < 40; ++i) forty += "é";
        CPPUNIT_ASSERT_EQUAL(201, add(named(forty)).status);
    }

    void refuses_what_does_not_fit() {
        for (const char* rest :
             {R"("avatar_url":"javascript:alert")", R"("avatar_url":"ftp://example.com/a")",
              R"("parental_pin":"123")", R"("parental_pin":"123456789")",
              R"("parental_pin":"12a4")", R"("parental_pin":1234)", R"("language":"xx")",
              R"("is_kids_profile":"yes")", R"("parental":{"bedtime":"24:00"})",
              R"("parental":{"bedtime":"9:30"})", R"("parental":{"timezone":"Mars/Olympus"})",
              R"("parental":{"timezone":"../../../etc/passwd"})", R"("parental":{"max_rating":""})",
              R"("parental":{"blocked_categories":[""]})",
              R"("parental":{"blocked_categories":"Horror"})", R"("parental":[])"}) {
            auto answer = add(std::string{R"({"name":"Sarah",)"} + rest + "}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(rest, 400, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string{"validation_failed"}, answer.code());
        }
    }

    void names_all_faults_at_once() {
        auto answer = add(R"({"parental_pin":"x","parental":{"bedtime":"late"}})");
        const auto& fields = *answer.json.find("error")->find("fields");
        CPPUNIT_ASSERT(fields.find("name") && fields.find("parental_pin") &&
                       fields.find("parental.bedtime"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Must be 4 to 8 digits"},
                             fields.find("parental_pin")->text);
        CPPUNIT_ASSERT_EQUAL(std::string{"validation_failed"}, add("").code());
    }

    void refuses_a_name_twice_however_cased() {
        home_->added(ana_, named("Élodie"));
        auto answer = add(named("éLODIE"));
        CPPUNIT_ASSERT_EQUAL(409, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"conflict"}, answer.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"There is already a profile with this name"},
                             answer.message());
    }

    void lets_two_accounts_have_the_same_name() {
        home_->added(ana_, named("Sarah"));
        home_->added(home_->person("cene"), named("Sarah"));
    }

    void stops_at_the_limit_of_the_plan() {
        for (int i = 1; i < 6; ++i) home_->added(ana_, named("Guest " + std::to_string(i)));
        auto answer = add(named("Guest 6"));
        CPPUNIT_ASSERT_EQUAL(403, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"plan_limit_reached"}, answer.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"Plan limit reached. Maximum profiles: 6"},
                             answer.message());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, answer.number("limit"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, answer.number("current"));
        CPPUNIT_ASSERT_EQUAL(403, home_->add(home_->person("bor"), named("Second")).status);
    }

    void keeps_what_exceeds_a_lowered_limit() {
        auto sarah = home_->added(ana_, named("Sarah"));
        home_->house.db.run(profiles::set_plan_limit, "family", 1);
        CPPUNIT_ASSERT_EQUAL(200, get(sarah).status);
        CPPUNIT_ASSERT_EQUAL(200, patch(sarah, named("Sara")).status);
        CPPUNIT_ASSERT_EQUAL(200, home_->ask(Method::post, sarah + "/select", "", ana_).status);
        CPPUNIT_ASSERT_EQUAL(403, add(named("Third")).status);
    }

    void knows_plans_without_limit() {
        home_->house.db.run(profiles::set_plan_limit, "family", -1);
        for (int i = 0; i < 12; ++i) home_->added(ana_, named("Guest " + std::to_string(i)));
    }

    void adds_once_for_an_idempotency_key() {
        Headers key{{"idempotency-key", Uuid::make().text()}};
        auto first = home_->ask(Method::post, "", named("Sarah"), ana_, key);
        auto again = home_->ask(Method::post, "", named("Sarah"), ana_, key);
        CPPUNIT_ASSERT_EQUAL(201, again.status);
        CPPUNIT_ASSERT_EQUAL(first.body, again.body);
        CPPUNIT_ASSERT_EQUAL(std::string{"true"}, again.header("Idempotent-Replayed"));
    }

    void changes_only_what_was_sent() {
        auto sarah = home_->added(ana_, R"({"name":"Sarah","language":"fr",
            "avatar_url":"https://example.com/s.jpg","parental":{"max_rating":"PG"}})");
        auto answer = patch(sarah, R"({"name":"Sara","parental":{"bedtime":"22:00"}})");
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"Profile updated successfully"}, answer.message());
        CPPUNIT_ASSERT_EQUAL(std::string{"Sara"}, answer.text("profile.name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"fr"}, answer.text("profile.language"));
        CPPUNIT_ASSERT_EQUAL(std::string{"https://example.com/s.jpg"},
                             answer.text("profile.avatar_url"));
        CPPUNIT_ASSERT_EQUAL(std::string{"PG"}, answer.text("profile.parental.max_rating"));
        CPPUNIT_ASSERT_EQUAL(std::string{"22:00"}, answer.text("profile.parental.bedtime"));
        CPPUNIT_ASSERT_EQUAL(200, patch(sarah, "{}").status);
    }

    void clears_what_is_sent_as_null() {
        auto sarah = home_->added(ana_, R"({"name":"Sarah","language":"fr",
            "avatar_url":"https://example.com/s.jpg","parental":{"max_rating":"PG"}})");
        auto answer = patch(sarah, R"({"avatar_url":null,"language":null,"parental":null})");
        for (const char* field : {"avatar_url", "language", "parental.max_rating"}) {
            auto path = std::string{"profile."} + field;
            CPPUNIT_ASSERT(answer.data(path).kind == JsonValue::Kind::null);
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"Sarah"}, answer.text("profile.name"));
    }

    void keeps_its_own_name_in_other_letters() {
        auto sarah = home_->added(ana_, named("Sarah"));
        CPPUNIT_ASSERT_EQUAL(std::string{"SARAH"},
                             patch(sarah, named("SARAH")).text("profile.name"));
    }

    void refuses_the_name_of_another_one() {
        auto sarah = home_->added(ana_, named("Sarah"));
        auto answer = patch(sarah, named("ANA"));
        CPPUNIT_ASSERT_EQUAL(409, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"Sarah"}, get(sarah).text("profile.name"));
    }

    void deletes_a_profile() {
        auto sarah = home_->added(ana_, named("Sarah"));
        auto answer = home_->ask(Method::remove, sarah, "", ana_);
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"Profile deleted successfully"}, answer.message());
        CPPUNIT_ASSERT_EQUAL(404, get(sarah).status);
        CPPUNIT_ASSERT_EQUAL(404, home_->ask(Method::remove, sarah, "", ana_).status);
        home_->added(ana_, named("Sarah"));
    }

    void keeps_the_last_and_the_default_one() {
        auto first = "/" + ana_.profile.text();
        auto last = home_->ask(Method::remove, first, "", ana_);
        CPPUNIT_ASSERT_EQUAL(409, last.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"The last profile cannot be deleted"}, last.message());
        home_->added(ana_, named("Sarah"));
        auto standing = home_->ask(Method::remove, first, "", ana_);
        CPPUNIT_ASSERT_EQUAL(std::string{"conflict"}, standing.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"The default profile cannot be deleted"},
                             standing.message());
    }

    void counts_each_change_for_the_devices() {
        auto sarah = home_->added(ana_, named("Sarah"));
        auto id = *Uuid::parse(sarah.substr(1));
        auto& db = home_->house.db;
        auto added = db.get<std::int64_t>(profiles::version_of, id);
        patch(sarah, named("Sara"));
        CPPUNIT_ASSERT_EQUAL(added + 1, db.get<std::int64_t>(profiles::version_of, id));
        patch(sarah, named("ana"));  // refused, so it counts for nothing
        home_->ask(Method::remove, sarah, "", ana_);
        CPPUNIT_ASSERT_EQUAL(added + 2, db.get<std::int64_t>(profiles::tombstone_of, id));
    }

    void shows_nobody_the_profiles_of_others() {
        auto theirs = "/" + home_->person("cene").profile.text();
        CPPUNIT_ASSERT_EQUAL(404, get(theirs).status);
        CPPUNIT_ASSERT_EQUAL(404, patch(theirs, named("Mine")).status);
        CPPUNIT_ASSERT_EQUAL(404, patch(theirs, R"({"current_pin":"1234"})").status);
        CPPUNIT_ASSERT_EQUAL(404, home_->ask(Method::remove, theirs, "", ana_).status);
        CPPUNIT_ASSERT_EQUAL(404, home_->ask(Method::post, theirs + "/select", "", ana_).status);
        CPPUNIT_ASSERT_EQUAL(404, get(theirs + "/activity").status);
        CPPUNIT_ASSERT_EQUAL(404, get("/nonsense").status);
    }

    void speaks_french() {
        Headers french{{"accept-language", "fr"}};
        auto answer = home_->ask(Method::post, "", named("Sarah"), ana_, french);
        CPPUNIT_ASSERT_EQUAL(std::string{"Profil créé avec succès"}, answer.message());
        CPPUNIT_ASSERT_EQUAL(std::string{"fr"}, answer.header("Content-Language"));
    }

  private:
    static std::string named(const std::string& name) { return R"({"name":")" + name + R"("})"; }
    Answered add(const std::string& body) { return home_->add(ana_, body); }
    Answered get(const std::string& path) { return home_->ask(Method::get, path, "", ana_); }
    Answered patch(const std::string& path, const std::string& body) {
        return home_->ask(Method::patch, path, body, ana_);
    }

    std::unique_ptr<Household> home_;
    Person ana_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProfilesTest);

}  // namespace
