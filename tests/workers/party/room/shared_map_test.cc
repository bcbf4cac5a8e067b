// A map whose copies share their values.
#include "workers/party/room/shared_map.h"

#include <cppunit/extensions/HelperMacros.h>

namespace {

using party::SharedMap;

class PartySharedMapTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartySharedMapTest);
    CPPUNIT_TEST(keeps_values_by_key_in_order);
    CPPUNIT_TEST(changes_only_its_own);
    CPPUNIT_TEST(shares_what_nobody_changes);
    CPPUNIT_TEST(takes_a_value_of_another);
    CPPUNIT_TEST(erases);
    CPPUNIT_TEST_SUITE_END();

    static SharedMap<std::string> map() {
        SharedMap<std::string> map;
        for (auto key : {"c", "a", "b"}) map[key] = std::string("the ") + key;
        return map;
    }
    static std::string text(const SharedMap<std::string>& map) {
        std::string all;
        for (const auto& [key, value] : map) all += key + "=" + value + " ";
        return all;
    }

    void keeps_values_by_key_in_order() {
        auto all = map();
        CPPUNIT_ASSERT_EQUAL(std::string{"a=the a b=the b c=the c "}, text(all));
        CPPUNIT_ASSERT(all.size() == 3 && all.contains("b") && !all.contains("bb"));
        CPPUNIT_ASSERT_EQUAL(std::string{"c"}, all.rbegin()->first);
        CPPUNIT_ASSERT_EQUAL(std::string{"c"}, all.lower_bound("bb")->first);
        CPPUNIT_ASSERT(all.lower_bound("d") == all.end() && all.find("bb") == all.end());
        CPPUNIT_ASSERT_EQUAL(std::string{"b"}, (--(--all.end()))->first);
    }
    void changes_only_its_own() {
        auto one = map(), other = one;
        one["a"] = "mine";
        other["d"] = "yours";
        one.erase("b");
        CPPUNIT_ASSERT_EQUAL(std::string{"a=mine c=the c "}, text(one));
        CPPUNIT_ASSERT_EQUAL(std::string{"a=the a b=the b c=the c d=yours "}, text(other));
    }
    void shares_what_nobody_changes() {
        auto one = map(), other = one;
        other["a"] = "mine";
        CPPUNIT_ASSERT(&one.find("b")->second == &other.find("b")->second);
        CPPUNIT_ASSERT(&one.find("a")->second != &other.find("a")->second);
        auto* kept = &other["a"];
        other["0"] = "before it";
        CPPUNIT_ASSERT(kept == &other["a"]);
    }
    void takes_a_value_of_another() {
        auto one = map(), other = one;
        other["a"] = "mine";
        other["d"] = "new";
        other.erase("b");
        for (auto key : {"a", "b", "d"}) one.take(key, other);
        CPPUNIT_ASSERT_EQUAL(text(other), text(one));
        one["a"] = "changed";
        CPPUNIT_ASSERT_EQUAL(std::string{"mine"}, other.find("a")->second);
    }
    void erases() {
        auto all = map();
        all.erase("nothing");
        all.erase(all.begin());
        CPPUNIT_ASSERT_EQUAL(std::string{"b=the b c=the c "}, text(all));
        all.clear();
        CPPUNIT_ASSERT(all.empty() && all.begin() == all.end());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartySharedMapTest);

}  // namespace
