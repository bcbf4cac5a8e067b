// From JSON and query strings into structs: what is demanded, what is refused, and where.
#include "common/json/read.h"

#include <cppunit/extensions/HelperMacros.h>

#include "common/json/schema.h"
#include "common/json/write.h"

namespace {

struct Hours {
    std::optional<std::string> bedtime;
    static constexpr auto fields() {
        return std::tuple{Field{"bedtime", &Hours::bedtime, Length{5, 5}}};
    }
};

struct Film {
    static constexpr const char* singular = "film";
    static constexpr const char* plural = "films";
    std::string title;
    std::int32_t minutes = 0;
    bool colour = true;
    std::optional<std::string> poster;
    Change<std::string> subtitle;
    std::vector<std::string> genres;
    Hours hours;
    std::optional<Uuid> series;
    static constexpr auto fields() {
        return std::tuple{Field{"title", &Film::title, Length{1, 5}},
                          Field{"minutes", &Film::minutes, Range{1, 600}},
                          Field{"colour", &Film::colour},
                          Field{"poster", &Film::poster, HttpUrl{}},
                          Field{"subtitle", &Film::subtitle, Length{1, 3}},
                          Field{"genres", &Film::genres, Entries{0, 2}, OneOf{"drama", "comedy"}},
                          Field{"hours", &Film::hours},
                          Field{"series", &Film::series}};
    }
};

struct Search {
    std::int32_t minutes = 90;
    std::optional<bool> colour;
    static constexpr auto fields() {
        return std::tuple{Field{"minutes", &Search::minutes, Range{1, 600}},
                          Field{"colour", &Search::colour}};
    }
};

struct Shown {
    static constexpr const char* singular = "shown";
    static constexpr const char* plural = "shown";
    std::string name = "x";
    std::string extra = "y";
    static constexpr auto fields() {
        return std::tuple{Field{"name", &Shown::name}, Field{"extra", &Shown::extra, Full{}}};
    }
};

// The faults of a body, `field:key` each.
std::string faults_of(const std::string& body) {
    std::string all;
    try {
        read_body<Film>(body);
    } catch (const Failure& failure) {
        for (const auto& fault : failure.faults()) {
            all += (all.empty() ? "" : " ") + fault.field + ":" + fault.key;
        }
    }
    return all;
}

std::string written(const View& view) {
    JsonWriter writer;
    write_json(writer, Shown{}, view);
    return writer.take();
}

class ReadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReadTest);
    CPPUNIT_TEST(reads_what_is_right);
    CPPUNIT_TEST(collects_all_faults_with_their_places);
    CPPUNIT_TEST(takes_no_type_for_another);
    CPPUNIT_TEST(tells_absent_from_null);
    CPPUNIT_TEST(counts_characters_not_bytes);
    CPPUNIT_TEST(refuses_text_that_deceives);
    CPPUNIT_TEST(refuses_numbers_that_do_not_fit);
    CPPUNIT_TEST(reads_query_strings);
    CPPUNIT_TEST(shows_less_to_phones_and_what_is_picked);
    CPPUNIT_TEST(describes_what_it_demands);
    CPPUNIT_TEST(describes_a_list_and_its_entries);
    CPPUNIT_TEST(says_faults_in_the_words_of_the_view);
    CPPUNIT_TEST_SUITE_END();

    void reads_what_is_right() {
        auto film = read_body<Film>(R"({"title":"Heat","minutes":170,"colour":false,"unknown":[],
            "poster":"https://x.example/p.png","genres":["drama"],"hours":{"bedtime":"20:00"},
            "series":"01938000-0000-7000-8000-000000000001"})");
        CPPUNIT_ASSERT_EQUAL(std::string{"Heat"}, film.title);
        CPPUNIT_ASSERT_EQUAL(170, film.minutes);
        CPPUNIT_ASSERT(!film.colour);
        CPPUNIT_ASSERT_EQUAL(std::string{"drama"}, film.genres.at(0));
        CPPUNIT_ASSERT_EQUAL(std::string{"20:00"}, film.hours.bedtime.value());
        CPPUNIT_ASSERT(film.series);
    }

    void collects_all_faults_with_their_places() {
        CPPUNIT_ASSERT_EQUAL(std::string{"title:field_length minutes:field_range "
                                         "poster:field_http_url genres:field_choice "
                                         "hours.bedtime:field_length series:field_uuid"},
                             faults_of(R"({"title":"","minutes":601,"poster":"ftp://x",
                                 "genres":["horror"],"hours":{"bedtime":"8"},"series":"7"})"));
        CPPUNIT_ASSERT_EQUAL(std::string{"title:field_required minutes:field_required"},
                             faults_of("{}"));
        CPPUNIT_ASSERT_EQUAL(std::string{"body:field_type_object"}, faults_of("[]"));
    }

    void takes_no_type_for_another() {
        CPPUNIT_ASSERT_EQUAL(
            std::string{
                "title:field_type_text minutes:field_type_integer colour:field_type_boolean "
                "genres:field_type_list hours:field_type_object"},
            faults_of(R"({"title":1,"minutes":"1","colour":0,"genres":"drama","hours":[]})"));
        CPPUNIT_ASSERT_EQUAL(std::string{"minutes:field_type_integer"},
                             faults_of(R"({"title":"a","minutes":1.5})"));
        CPPUNIT_ASSERT_EQUAL(std::string{"genres[1]:field_type_text"},
                             faults_of(R"({"title":"a","minutes":1,"genres":["drama",{}]})"));
    }

    void tells_absent_from_null() {
        auto absent = read_body<Film>(R"({"title":"a","minutes":1})");
        CPPUNIT_ASSERT(!absent.subtitle.given);
        auto cleared =
            read_body<Film>(R"({"title":"a","minutes":1,"subtitle":null,"poster":null})");
        CPPUNIT_ASSERT(cleared.subtitle.given && !cleared.subtitle.value && !cleared.poster);
        CPPUNIT_ASSERT_EQUAL(std::string{"title:field_required"},
                             faults_of(R"({"title":null,"minutes":1})"));
    }

    void counts_characters_not_bytes() {
        CPPUNIT_ASSERT_EQUAL(std::string{}, faults_of(R"({"title":"éééé😀","minutes":1})"));
        CPPUNIT_ASSERT_EQUAL(std::string{"title:field_length"},
                             faults_of(R"({"title":"éééé😀é","minutes":1})"));
    }

    void refuses_text_that_deceives() {
        for (const char* text : {"a\\u202eb", "a\\u200bb", "a\\u0007b", "a\\ufeffb"}) {
            CPPUNIT_ASSERT_EQUAL(
                std::string{"title:field_unprintable"},
                faults_of("{\"title\":\"" + std::string{text} + "\",\"minutes\":1}"));
        }
        // Joins the people of one family, and the letters of Persian.
        CPPUNIT_ASSERT_EQUAL(std::string{}, faults_of(R"({"title":"👨‍👩","minutes":1})"));
    }

    void refuses_numbers_that_do_not_fit() {
        CPPUNIT_ASSERT_EQUAL(std::string{"minutes:field_range"},
                             faults_of(R"({"title":"a","minutes":4294967297})"));
        CPPUNIT_ASSERT_EQUAL(std::string{"minutes:field_type_integer"},
                             faults_of(R"({"title":"a","minutes":99999999999999999999})"));
    }

    void reads_query_strings() {
        auto search = read_query<Search>({{"minutes", "12"}, {"colour", "false"}, {"other", "x"}});
        CPPUNIT_ASSERT_EQUAL(12, search.minutes);
        CPPUNIT_ASSERT(!search.colour.value());
        CPPUNIT_ASSERT_EQUAL(90, read_query<Search>({}).minutes);
        for (const char* wrong :
             {"", "0", "601", "1.0", "0x1", " 1", "1e2", "99999999999999999999"}) {
            CPPUNIT_ASSERT_THROW(read_query<Search>({{"minutes", wrong}}), Failure);
        }
    }

    void shows_less_to_phones_and_what_is_picked() {
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"name":"x","extra":"y"})"}, written({}));
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"name":"x"})"}, written({true, {}}));
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"extra":"y"})"},
                             written({true, {"extra", "nothing"}}));
    }

    void describes_what_it_demands() {
        JsonWriter writer;
        write_schema<Film>(writer, true);
        auto schema = parse_json(writer.str());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, schema.find("required")->list.size());
        const auto* minutes = schema.find("properties")->find("minutes");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{600}, minutes->find("maximum")->integer);
    }

    void describes_a_list_and_its_entries() {
        JsonWriter writer;
        write_schema<Film>(writer, true);
        auto schema = parse_json(writer.str());
        const auto* genres = schema.find("properties")->find("genres");
        CPPUNIT_ASSERT_EQUAL(std::string{"array"}, genres->find("type")->text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, genres->find("maxItems")->integer);
        CPPUNIT_ASSERT(!genres->find("enum"));
        const auto* entry = genres->find("items");
        CPPUNIT_ASSERT_EQUAL(std::string{"string"}, entry->find("type")->text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, entry->find("enum")->list.size());
        CPPUNIT_ASSERT(!entry->find("maxItems"));
    }

    void says_faults_in_the_words_of_the_view() {
        FieldFaults faults{{{"name", "field_required", {}},
                            {"name", "field_pattern", {}},
                            {"age", "field_range", {}}}};
        JsonWriter keys, words;
        write_json(keys, faults, {});
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"name":"field_required","age":"field_range"})"},
                             keys.str());
        View view;
        view.words = [](const Fault& fault) { return fault.field + "!"; };
        write_json(words, faults, view);
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"name":"name!","age":"age!"})"}, words.str());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ReadTest);

}  // namespace
