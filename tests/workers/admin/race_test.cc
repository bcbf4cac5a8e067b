// Admins who act at the same moment: real connections, real commits. What is left in the database
// is deleted at the end, but for the audit log, which stays.
#include <cppunit/extensions/HelperMacros.h>

#include <barrier>
#include <memory>
#include <thread>

#include "tests/workers/admin/desk.h"

namespace {

using admin::Desk;

constexpr int desks = 4;

class AdminRaceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdminRaceTest);
    CPPUNIT_TEST(leaves_one_admin_of_two_who_step_down_at_once);
    CPPUNIT_TEST(takes_no_more_than_is_there);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        for (int i = 0; i < desks; ++i) {
            desks_.push_back(std::make_unique<Desk>());
            desks_.back()->house.db.rollback();  // from here on, what is done is done
        }
        auto& house = desks_.front()->house;
        eva_ = house.person("eva");
        ana_ = house.person("ana");
    }
    void tearDown() override {
        for (const auto& person : {eva_, ana_}) {
            desks_.front()->house.db.run(admin::forget_person, person.id);
        }
        for (auto& desk : desks_) desk->house.db.begin();
        desks_.clear();
    }

    void leaves_one_admin_of_two_who_step_down_at_once() {
        auto& house = desks_.front()->house;
        for (int round = 0; round < 10; ++round) {
            for (const auto& one : {eva_, ana_}) house.db.run(admin::give_role, one.id, "admin");
            for (auto* one : {&eva_, &ana_}) one->token = house.token(*one, "admin", "free");
            auto statuses = at_once(2, [&](Desk& desk, int i) {
                const auto& who = i ? eva_ : ana_;
                return desk.as(who, Method::patch, "/users/" + who.id.text() + "/role",
                               R"({"role":"user"})");
            });
            CPPUNIT_ASSERT_EQUAL(200 + 409, statuses[0] + statuses[1]);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, house.db.get<std::int64_t>(admin::count_admins));
        }
    }

    void takes_no_more_than_is_there() {
        auto& house = desks_.front()->house;
        Ledger{house.db}.move({.user = ana_.id, .amount = 25, .why = Move::admin_grant});
        auto body = R"({"user_id":")" + ana_.id.text() + R"(","amount":-10,"description":"race"})";
        auto statuses = at_once(desks, [&](Desk& desk, int) {
            return desk.as(eva_, Method::post, "/credits/add", body);
        });
        CPPUNIT_ASSERT_EQUAL(2,
                             static_cast<int>(std::count(statuses.begin(), statuses.end(), 200)));
        CPPUNIT_ASSERT_EQUAL(2,
                             static_cast<int>(std::count(statuses.begin(), statuses.end(), 402)));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, Ledger{house.db}.balance(ana_.id));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, house.db.get<std::int64_t>(admin::sum_of, ana_.id));
    }

  private:
    template <class Ask>
    std::vector<int> at_once(int count, Ask ask) {
        std::vector<int> statuses(static_cast<std::size_t>(count));
        std::vector<std::thread> threads;
        std::barrier start{count};
        for (int i = 0; i < count; ++i) {
            threads.emplace_back([&, i] {
                start.arrive_and_wait();
                statuses[i] = ask(*desks_[i], i).status;
            });
        }
        for (auto& thread : threads) thread.join();
        return statuses;
    }

    std::vector<std::unique_ptr<Desk>> desks_;
    Person eva_, ana_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdminRaceTest);

}  // namespace
