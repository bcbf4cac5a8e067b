// The outbox: what a row holds, and that a letter shares the fate of its transaction.
#include "common/mail/outbox.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

#include "common/mail/outbox_sql.h"
#include "tests/support/house.h"

namespace {

struct Row {
    Uuid id;
    std::optional<Uuid> user_id;
    std::string recipient, name, language, status;
    JsonText parameters;
    std::optional<Bytes> link;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Row::id},
                          Field{"user_id", &Row::user_id},
                          Field{"recipient", &Row::recipient},
                          Field{"template", &Row::name},
                          Field{"language", &Row::language},
                          Field{"status", &Row::status},
                          Field{"parameters", &Row::parameters},
                          Field{"secret_parameters", &Row::link}};
    }
};

constexpr Statement list_letters{"test.list_letters", "select * from outbox where recipient = $1",
                                 true};
constexpr Statement delete_user{"test.delete_user", "delete from users where id = $1", false};
constexpr const Statement* own[] = {&list_letters, &delete_user};

class OutboxTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OutboxTest);
    CPPUNIT_TEST(keeps_a_letter);
    CPPUNIT_TEST(seals_the_link);
    CPPUNIT_TEST(seals_nothing_where_there_is_no_link);
    CPPUNIT_TEST(takes_any_text_as_a_parameter);
    CPPUNIT_TEST(forgets_a_letter_whose_transaction_is_undone);
    CPPUNIT_TEST(loses_a_letter_with_its_account_unless_it_stands_alone);
    CPPUNIT_TEST_SUITE_END();

    std::optional<House> house;

  public:
    void setUp() override {
        house.emplace(std::vector{Statements{outbox::sql::all}, Statements{own}});
    }
    void tearDown() override { house.reset(); }

  private:
    void enqueue(const Letter& letter) { Outbox{house->db, house->box}.enqueue(letter); }
    Letter letter() {
        return {house->person("ana").id,
                "ana@example.com",
                "verify_email",
                *find_language("tr"),
                {{"name", "Ana"}, {"count", 3}},
                Secret{"https://a.example/?t=1"}};
    }
    std::vector<Row> rows() { return house->db.list<Row>(list_letters, "ana@example.com"); }

    void keeps_a_letter() {
        enqueue(letter());
        auto row = rows().at(0);
        CPPUNIT_ASSERT(row.user_id == house->person("ana").id);
        CPPUNIT_ASSERT_EQUAL(std::string{"verify_email"}, row.name);
        CPPUNIT_ASSERT_EQUAL(std::string{"tr"}, row.language);
        CPPUNIT_ASSERT_EQUAL(std::string{"pending"}, row.status);
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"name": "Ana", "count": 3})"}, row.parameters.text);
    }
    void seals_the_link() {
        enqueue(letter());
        auto row = rows().at(0);
        CPPUNIT_ASSERT(to_text(*row.link).find("example") == std::string::npos);
        CPPUNIT_ASSERT(house->box.open(*row.link, link_context(row.id)) ==
                       "https://a.example/?t=1");
    }
    void seals_nothing_where_there_is_no_link() {
        auto without = letter();
        without.link = Secret{};
        enqueue(without);
        CPPUNIT_ASSERT(!rows().at(0).link);
    }
    void takes_any_text_as_a_parameter() {
        auto naughty = letter();
        naughty.parameters = {{"name", "\"}\\ {link} \n مرحبًا"}};
        enqueue(naughty);
        CPPUNIT_ASSERT_EQUAL(std::string{"\"}\\ {link} \n مرحبًا"},
                             parse_json(rows().at(0).parameters.text).find("name")->text);
    }
    void forgets_a_letter_whose_transaction_is_undone() {
        auto broken = letter();
        CPPUNIT_ASSERT_THROW(house->db.transaction([&] {
            enqueue(broken);
            throw std::runtime_error("no");
        }),
                             std::runtime_error);
        CPPUNIT_ASSERT(rows().empty());
    }
    void loses_a_letter_with_its_account_unless_it_stands_alone() {
        auto alone = letter();
        alone.user.reset();
        alone.name = "password_changed";
        enqueue(letter());
        enqueue(alone);
        house->db.run(delete_user, house->person("ana").id);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rows().size());
        CPPUNIT_ASSERT_EQUAL(std::string{"password_changed"}, rows().at(0).name);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(OutboxTest);

}  // namespace
