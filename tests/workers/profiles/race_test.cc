// Many devices of one account at the same moment: real connections, real commits. What is left in
// the database is deleted at the end.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <barrier>
#include <memory>
#include <thread>

#include "tests/workers/profiles/household.h"

namespace {

using profiles::Household;

constexpr int devices = 12;

class ProfilesRaceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProfilesRaceTest);
    CPPUNIT_TEST(creates_exactly_as_many_as_the_plan_allows);
    CPPUNIT_TEST(creates_a_name_once);
    CPPUNIT_TEST(checks_five_guesses_and_no_more);
    CPPUNIT_TEST(checks_five_passwords_and_no_more);
    CPPUNIT_TEST(survives_choosing_what_is_being_deleted);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        for (int i = 0; i < devices; ++i) {
            homes_.push_back(std::make_unique<Household>());
            homes_.back()->house.db.rollback();  // from here on, what is done is done
        }
        ana_ = first().person("ana");
    }
    void tearDown() override {
        first().house.db.run(profiles::forget_person, ana_.id);
        for (auto& home : homes_) home->house.db.begin();
        homes_.clear();
    }

    void creates_exactly_as_many_as_the_plan_allows() {
        auto answers = all_at_once([&](Household& home, int device) {
            return home.add(ana_, R"({"name":"Guest )" + std::to_string(device) + R"("})");
        });
        CPPUNIT_ASSERT_EQUAL(5, count(answers, 201));
        CPPUNIT_ASSERT_EQUAL(devices - 5, count(answers, 403));
        auto list = first().ask(Method::get, "", "", ana_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, list.data("profiles").list.size());
    }

    void creates_a_name_once() {
        auto answers = all_at_once(
            [&](Household& home, int) { return home.add(ana_, R"({"name":"Sarah"})"); });
        CPPUNIT_ASSERT_EQUAL(1, count(answers, 201));
        CPPUNIT_ASSERT_EQUAL(devices - 1, count(answers, 409));
    }

    void checks_five_guesses_and_no_more() {
        auto kids = first().added(ana_, R"({"name":"Kids","parental_pin":"1234"})");
        auto answers = all_at_once([&](Household& home, int) {
            return home.ask(Method::post, kids + "/select", R"({"pin":"0000"})", ana_);
        });
        CPPUNIT_ASSERT_EQUAL(5, count(answers, 403));
        CPPUNIT_ASSERT_EQUAL(devices - 5, count(answers, 423));
        auto right = first().ask(Method::post, kids + "/select", R"({"pin":"1234"})", ana_);
        CPPUNIT_ASSERT_EQUAL(423, right.status);
    }

    void checks_five_passwords_and_no_more() {
        auto kids = first().added(ana_, R"({"name":"Kids","parental_pin":"1234"})");
        auto body = R"({"parental_pin":null,"password":"wrong horse"})";
        auto answers = all_at_once(
            [&](Household& home, int) { return home.ask(Method::patch, kids, body, ana_); });
        CPPUNIT_ASSERT_EQUAL(5, count(answers, 403));
        CPPUNIT_ASSERT_EQUAL(devices - 5, count(answers, 429));
    }

    void survives_choosing_what_is_being_deleted() {
        auto guest = first().added(ana_, R"({"name":"Guest"})");
        auto answers = all_at_once([&](Household& home, int device) {
            if (device == 0) return home.ask(Method::remove, guest, "", ana_);
            return home.ask(Method::post, guest + "/select", "", ana_);
        });
        CPPUNIT_ASSERT_EQUAL(200, answers[0].status);
        CPPUNIT_ASSERT_EQUAL(devices,
                             count(answers, 200) + count(answers, 404) + count(answers, 409));
    }

  private:
    Household& first() { return *homes_.front(); }

    template <class Ask>
    std::vector<Answered> all_at_once(Ask ask) {
        std::vector<Answered> answers(devices);
        std::vector<std::thread> threads;
        std::barrier start{devices};
        for (int i = 0; i < devices; ++i) {
            threads.emplace_back([&, i] {
                start.arrive_and_wait();
                answers[i] = ask(*homes_[i], i);
            });
        }
        for (auto& thread : threads) thread.join();
        return answers;
    }

    static int count(const std::vector<Answered>& answers, int status) {
        return static_cast<int>(std::count_if(
            answers.begin(), answers.end(), [&](const auto& one) { return one.status == status; }));
    }

    std::vector<std::unique_ptr<Household>> homes_;
    Person ana_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProfilesRaceTest);

}  // namespace
