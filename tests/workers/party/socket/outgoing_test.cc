#include "workers/party/socket/outgoing.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace {

using namespace party;
using std::chrono::milliseconds;

class PartyOutgoing : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyOutgoing);
    CPPUNIT_TEST(writes_the_header_that_fits_the_size);
    CPPUNIT_TEST(gathers_many_messages_and_keeps_the_rest);
    CPPUNIT_TEST(goes_on_inside_of_any_message);
    CPPUNIT_TEST(sends_bytes_as_they_are);
    CPPUNIT_TEST(drops_only_what_is_ephemeral);
    CPPUNIT_TEST(gives_the_place_of_a_state_away);
    CPPUNIT_TEST(keeps_what_was_sent_in_part);
    CPPUNIT_TEST(counts_what_it_holds);
    CPPUNIT_TEST(charges_for_tiny_pieces);
    CPPUNIT_TEST(knows_its_oldest_message);
    CPPUNIT_TEST_SUITE_END();

    Outgoing out;
    const Outgoing::Time start{};

    void add(std::string text, Frame::Kind kind = Frame::Kind::event, std::string key = {}) {
        out.add(make_frame(std::move(text), kind, std::move(key)), start);
    }
    // What one system call would take.
    std::string gathered() {
        Outgoing::Batch batch;
        out.gather(batch);
        std::string all;
        for (std::size_t i = 0; i < batch.count; ++i) {
            all.append(static_cast<char*>(batch.parts[i].iov_base), batch.parts[i].iov_len);
        }
        return all;
    }

  public:
    void writes_the_header_that_fits_the_size() {
        const std::pair<std::size_t, std::string> sizes[] = {
            {0, {"\x81\x00", 2}},
            {125, {"\x81\x7d", 2}},
            {126, {"\x81\x7e\x00\x7e", 4}},
            {65535, {"\x81\x7e\xff\xff", 4}},
            {65536, {"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10}},
        };
        for (const auto& [size, header] : sizes) {
            out = {};
            add(std::string(size, 'x'));
            CPPUNIT_ASSERT(gathered() == header + std::string(size, 'x'));
        }
    }

    void gathers_many_messages_and_keeps_the_rest() {
        for (std::size_t i = 0; i < Outgoing::Batch::most + 3; ++i) add("x");
        CPPUNIT_ASSERT_EQUAL(3 * Outgoing::Batch::most, gathered().size());
        CPPUNIT_ASSERT_EQUAL(Outgoing::Batch::most, out.sent(gathered().size()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{9}, gathered().size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, out.sent(9));
        CPPUNIT_ASSERT(out.empty());
    }

    void goes_on_inside_of_any_message() {
        add("one");
        out.add_bytes("<ping>", start);
        add("");
        add(std::string(200, 'x'));
        const auto all = gathered();
        std::string received;
        std::size_t messages = 0;
        while (!out.empty()) {
            received += gathered().front();
            messages += out.sent(1);
        }
        CPPUNIT_ASSERT_EQUAL(all, received);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, messages);
    }

    void sends_bytes_as_they_are() {
        out.add_bytes("HTTP", start);
        CPPUNIT_ASSERT_EQUAL(std::string{"HTTP"}, gathered());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, out.sent(4));
    }

    void drops_only_what_is_ephemeral() {
        add("emote", Frame::Kind::ephemeral);
        add("chat");
        add("typing", Frame::Kind::ephemeral);
        out.add_bytes("pong", start);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, out.drop_ephemeral());
        CPPUNIT_ASSERT_EQUAL(std::string{"\x81\x04"
                                         "chatpong"},
                             gathered());
    }

    void gives_the_place_of_a_state_away() {
        add("1", Frame::Kind::state, "party:state a");
        add("2", Frame::Kind::state, "party:state b");
        add("3", Frame::Kind::event, "party:state a");
        CPPUNIT_ASSERT(!out.take_state("party:state c"));
        CPPUNIT_ASSERT(out.take_state("party:state a") == start);
        CPPUNIT_ASSERT_EQUAL(std::string{"\x81\x01"
                                         "2\x81\x01"
                                         "3"},
                             gathered());
    }

    void keeps_what_was_sent_in_part() {
        add("emote", Frame::Kind::ephemeral);
        add("state", Frame::Kind::state, "k");
        out.sent(3);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, out.drop_ephemeral());
        out.drop_all();
        CPPUNIT_ASSERT_EQUAL(std::string{"mote"}, gathered());
        out.sent(4);
        add("state", Frame::Kind::state, "k");
        out.sent(1);
        CPPUNIT_ASSERT(!out.take_state("k"));
    }

    void counts_what_it_holds() {
        add(std::string(1000, 'x'));
        add(std::string(500, 'x'), Frame::Kind::ephemeral);
        CPPUNIT_ASSERT(out.bytes() >= 1500 && out.bytes() < 1700);
        out.drop_ephemeral();
        CPPUNIT_ASSERT(out.bytes() >= 1000 && out.bytes() < 1100);
        out.sent(gathered().size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, out.bytes());
    }

    void charges_for_tiny_pieces() {
        for (int i = 0; i < 100; ++i) out.add_bytes("\x8a", start);
        CPPUNIT_ASSERT(out.bytes() > 100 * sizeof(Frame));
    }

    void knows_its_oldest_message() {
        CPPUNIT_ASSERT(!out.oldest());
        out.add(make_frame("b"), start + milliseconds{2});
        out.add(make_frame("a"), start + milliseconds{1});
        CPPUNIT_ASSERT(out.oldest() == start + milliseconds{1});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyOutgoing);

}  // namespace
