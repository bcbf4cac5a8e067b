// One room on two nodes: order, conflicts, loss and return.
#include "workers/party/node/live_room.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "common/crypto/digest.h"
#include "tests/support/redis_server.h"
#include "tests/workers/party/redis/turning.h"
#include "workers/party/node/records.h"
#include "workers/party/room/chat.h"
#include "workers/party/room/entry.h"
#include "workers/party/room/ids.h"
#include "workers/party/room/lifecycle.h"
#include "workers/party/room/playback.h"

namespace {

using namespace party;

constexpr const char* room_id = "party_0123456789012345678901";

// A client that writes down what it hears.
class Listener final : public Participant {
  public:
    explicit Listener(std::string name, bool knows = true)
        : connection_("c-" + name), knows_(knows) {}
    void send(SharedFrame frame) override {
        auto message = parse_json(frame->text);
        types.push_back(message.find("type")->text);
        if (const auto* version = message.find("ver")) versions.push_back(version->integer);
    }
    void whisper(const std::string& type, const std::string&) override { words.push_back(type); }
    void released() override { is_released = true; }
    void dismiss(std::uint16_t code, const std::string&) override { dismissed = code; }
    const std::string& connection() const override { return connection_; }
    bool knows_states() const override { return knows_; }
    bool keeps_time() const override { return true; }

    bool heard(const std::string& type) const {
        return std::find(types.begin(), types.end(), type) != types.end();
    }

    std::vector<std::string> types, words;
    std::vector<std::int64_t> versions;
    std::uint16_t dismissed = 0;
    bool is_released = false;

  private:
    std::string connection_;
    bool knows_;
};

// A node without sockets.
struct Place {
    Place(Loop& loop, const std::string& address, std::string name, Records& records,
          const Tokens& tokens, const SecretBox& box, const Messages& messages, const Rules& rules)
        : redis(loop, address),
          channels(loop, address, name,
                   [this](auto, auto text) {
                       if (room) room->take(text);
                   }),
          clock(loop, redis),
          peers(loop, redis, clock, std::string(node_id_size, name.front())),
          tools{std::move(name), loop,    redis,  channels, clock,    peers, rooms,
                people,          records, tokens, box,      messages, rules} {}
    RedisLink redis;
    RedisChannels channels;
    ClusterClock clock;
    Peers peers;
    RoomStore rooms{redis};
    PeopleStore people{redis};
    Tools tools;
    std::unique_ptr<LiveRoom> room;
};

class PartyLiveRoomTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyLiveRoomTest);
    CPPUNIT_TEST(tells_all_nodes_in_one_order);
    CPPUNIT_TEST(runs_a_command_again_when_another_node_was_quicker);
    CPPUNIT_TEST(does_a_command_with_an_id_once);
    CPPUNIT_TEST(sends_together_what_waits);
    CPPUNIT_TEST(does_once_what_comes_again_among_others);
    CPPUNIT_TEST(refuses_one_of_many);
    CPPUNIT_TEST(notices_members_whose_connection_is_gone);
    CPPUNIT_TEST(keeps_a_member_that_others_took_for_lost);
    CPPUNIT_TEST(tells_plain_commands_to_who_knows_no_states);
    CPPUNIT_TEST(brings_back_what_redis_has_lost);
    CPPUNIT_TEST(fetches_what_was_published_while_it_did_not_hear);
    CPPUNIT_TEST(fetches_what_changed_without_an_event);
    CPPUNIT_TEST(follows_into_a_new_epoch);
    CPPUNIT_TEST(says_unavailable_without_redis_and_goes_on_with_it);
    CPPUNIT_TEST(forgets_one_that_leaves_whoever_it_was);
    CPPUNIT_TEST(bounds_what_all_members_do_together);
    CPPUNIT_TEST(lets_members_go_when_the_room_is_over);
    CPPUNIT_TEST(keeps_an_empty_room_until_its_alarm);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<RedisServer> server_;
    std::unique_ptr<Loop> loop_;
    Keyring keys_{"1 " + base64url(random_bytes(32)) + "\nroot " + base64url(random_bytes(32))};
    Tokens tokens_{keys_, "i", "a"};
    SecretBox box_{keys_};
    Messages messages_ = Messages::load(std::getenv("MESSAGES_FOLDER"));
    Rules rules_;
    std::unique_ptr<Records> records_;
    std::unique_ptr<Place> here_, there_;
    Listener anna_{"anna"}, ben_{"ben"};

  public:
    void setUp() override {
        server_ = std::make_unique<RedisServer>();
        loop_ = std::make_unique<Loop>();
        records_ = std::make_unique<Records>([] { return std::unique_ptr<Database>{}; }, 0);
        here_ = place("here");
        there_ = place("there");
        CPPUNIT_ASSERT(turn_until(*loop_, [this] {
            return here_->redis.up() && there_->redis.up() && here_->channels.up() &&
                   there_->channels.up();
        }));
        here_->room = std::make_unique<LiveRoom>(here_->tools, room_id);
        make();
    }
    void tearDown() override {
        for (auto* one : {here_.get(), there_.get()}) one->room.reset();
        here_.reset();
        there_.reset();
        loop_.reset();
        server_.reset();
        records_.reset();
    }

  private:
    std::unique_ptr<Place> place(const std::string& name) {
        return std::make_unique<Place>(*loop_, server_->address(), name, *records_, tokens_, box_,
                                       messages_, rules_);
    }
    static Person person(const std::string& name) {
        Person person;
        person.user = "user-" + name;
        person.profile = "profile-" + name;
        person.name = name;
        person.device = {"device-" + name, "tv"};
        person.connection = "c-" + name;
        return person;
    }
    static Act act(const std::string& name) {
        Act act;
        act.person = person(name);
        act.member = member_id(room_id, act.person);
        return act;
    }
    // The answer, or the code of why not.
    std::string run(Place& place, const std::string& name, Command command, bool makes = false,
                    std::string command_id = {}) {
        return brought<std::string>(*loop_, [&](auto done) {
            Job job{act(name), std::move(command), std::move(command_id), makes, {}};
            job.done = [done](const Outcome& outcome) {
                done(outcome.failure ? outcome.failure->problem().code : outcome.answer);
            };
            place.room->submit(std::move(job));
        });
    }
    void make() {
        run(
            *here_, "anna",
            [](Room& room, const Act& act, party::Change& change) {
                room.about.id = room_id;
                room.about.code = "K7QX-92MD";
                room.epoch = "e1";
                create(room, act, {}, change);
            },
            true);
        here_->room->attach(act("anna").member, anna_);
        there_->room = std::make_unique<LiveRoom>(there_->tools, room_id);
        run(*there_, "ben", [](Room& room, const Act& act, party::Change& change) {
            Join wanted;
            wanted.room = room_id;
            Act newcomer = act;
            newcomer.member.clear();
            join(room, newcomer, wanted, change);
        });
        there_->room->attach(act("ben").member, ben_);
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return same(); }));
    }
    bool same() const {
        const auto &one = here_->room->room(), &other = there_->room->room();
        return one.exists() && one.version == other.version && one.epoch == other.epoch &&
               one.part("playback") == other.part("playback") &&
               one.seats.size() == other.seats.size() && one.chat.size() == other.chat.size();
    }
    static Command seeks(double seconds) {
        return [seconds](Room& room, const Act& act, party::Change& change) {
            Seek wanted;
            wanted.current_time = seconds;
            seek(room, act, wanted, change);
        };
    }
    static Command says(const std::string& text) {
        return [text](Room& room, const Act& act, party::Change& change) {
            Chat wanted;
            wanted.text = text;
            chat(room, act, wanted, change);
        };
    }

    void tells_all_nodes_in_one_order() {
        run(*here_, "anna", seeks(10));
        run(*there_, "ben", says("hello"));
        run(*here_, "anna", seeks(20));
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return same(); }));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, ben_.types.size());
        CPPUNIT_ASSERT(std::is_sorted(ben_.versions.begin(), ben_.versions.end()));
        CPPUNIT_ASSERT_EQUAL(anna_.types.size(), std::size_t{4});  // and that ben came
        CPPUNIT_ASSERT(
            std::equal(ben_.versions.begin(), ben_.versions.end(), anna_.versions.begin() + 1));
    }
    void runs_a_command_again_when_another_node_was_quicker() {
        run(*here_, "anna", [](Room& room, const Act& act, party::Change& change) {
            Wishes all;
            all.seek_control = "everyone";
            update(room, act, all, change);
        });
        int answered = 0;
        for (int i = 0; i < 20; ++i) {
            for (auto [place, name] : {std::pair{here_.get(), "anna"}, {there_.get(), "ben"}}) {
                Job job{act(name), seeks(i), {}, false, {}};
                job.done = [&](const Outcome& outcome) {
                    CPPUNIT_ASSERT(!outcome.failure);
                    ++answered;
                };
                place->room->submit(std::move(job));
            }
        }
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return answered == 40 && same(); }));
        std::set<std::int64_t> each(ben_.versions.begin(), ben_.versions.end());
        CPPUNIT_ASSERT_EQUAL(ben_.versions.size(), each.size());
        CPPUNIT_ASSERT(std::is_sorted(ben_.versions.begin(), ben_.versions.end()));
    }
    void does_a_command_with_an_id_once() {
        auto first = run(*there_, "ben", says("once"), false, "id-1");
        auto second = run(*here_, "ben", says("once"), false, "id-1");
        CPPUNIT_ASSERT_EQUAL(first, second);
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return same(); }));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, here_->room->room().chat.size());
    }
    // Submits all at once; the answers and refusals, in the order of the commands.
    std::vector<std::string> run_all(Place& place, const std::string& name,
                                     const std::vector<std::pair<Command, std::string>>& commands) {
        std::vector<std::string> answers(commands.size());
        std::size_t answered = 0;
        for (std::size_t i = 0; i < commands.size(); ++i) {
            Job job{act(name), commands[i].first, commands[i].second, false, {}};
            job.done = [&, i](const Outcome& outcome) {
                answers[i] = outcome.failure ? outcome.failure->problem().code : outcome.answer;
                ++answered;
            };
            place.room->submit(std::move(job));
        }
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return answered == commands.size() && same(); }));
        return answers;
    }
    std::int64_t revision() { return here_->room->room().revision; }
    void sends_together_what_waits() {
        asked(*loop_, here_->redis, {"CONFIG", "RESETSTAT"});
        std::vector<std::pair<Command, std::string>> all{{seeks(10), ""}};
        for (int i = 0; i < 30; ++i) all.emplace_back(says("word " + std::to_string(i)), "");
        all.emplace_back(seeks(20), "");
        auto before = revision();
        for (const auto& answer : run_all(*here_, "anna", all)) {
            CPPUNIT_ASSERT_EQUAL('{', answer[0]);
        }
        auto stats = asked(*loop_, here_->redis, {"INFO", "commandstats"})->text;
        CPPUNIT_ASSERT(stats.find("cmdstat_publish:calls=2,") != stats.npos);
        CPPUNIT_ASSERT_EQUAL(before + 2, revision());
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, ben_.versions.size());
        for (std::size_t i = 1; i < 32; ++i) {
            CPPUNIT_ASSERT_EQUAL(ben_.versions[i - 1] + 1, ben_.versions[i]);
        }
    }
    void does_once_what_comes_again_among_others() {
        auto first = run(*there_, "ben", says("once"), false, "id-1");
        auto answers = run_all(
            *there_, "ben",
            {{says("a"), "id-2"}, {says("b"), ""}, {says("once"), "id-1"}, {says("c"), "id-3"}});
        CPPUNIT_ASSERT_EQUAL(first, answers[2]);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, here_->room->room().chat.size());
        CPPUNIT_ASSERT_EQUAL(answers[3], run(*here_, "ben", says("c"), false, "id-3"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, there_->room->room().chat.size());
    }
    void refuses_one_of_many() {
        auto answers = run_all(*there_, "ben", {{says("a"), ""}, {seeks(5), ""}, {says("b"), ""}});
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, answers[1]);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, here_->room->room().chat.size());
    }
    static const std::string& connection_of(const std::string& name, const Place& place) {
        static const std::string nobody;
        const auto* seat = std::as_const(*place.room).room().seat(act(name).member);
        return seat ? seat->connection : nobody;
    }
    void notices_members_whose_connection_is_gone() {
        auto carl = act("carl");
        carl.person.connection = here_->peers.new_connection();
        here_->room->submit({carl, [](Room& room, const Act& act, party::Change& change) {
                                 Join wanted;
                                 wanted.room = room_id;
                                 Act newcomer = act;
                                 newcomer.member.clear();
                                 join(room, newcomer, wanted, change);
                             }});
        CPPUNIT_ASSERT(turn_until(
            *loop_, [&] { return connection_of("carl", *there_) == carl.person.connection; }));
        here_->room->tidy(false);
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return connection_of("carl", *there_).empty(); }));
    }
    void keeps_a_member_that_others_took_for_lost() {
        run(*there_, "ben", LiveRoom::loss_of("c-anna"));
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return connection_of("anna", *here_).empty(); }));
        here_->room->tidy(false);
        CPPUNIT_ASSERT(
            turn_until(*loop_, [&] { return connection_of("anna", *there_) == "c-anna"; }));
    }
    void tells_plain_commands_to_who_knows_no_states() {
        Listener simple{"simple", false};
        here_->room->attach("m_simple", simple);
        run(*here_, "anna", seeks(10));
        CPPUNIT_ASSERT(simple.heard("party:seek") && simple.heard("party:state"));
        CPPUNIT_ASSERT(!anna_.heard("party:seek"));
        here_->room->detach(simple);
    }
    void brings_back_what_redis_has_lost() {
        run(*here_, "anna", seeks(10));
        auto before = here_->room->room().part("playback");
        CPPUNIT_ASSERT(asked(*loop_, here_->redis, {"FLUSHALL"}).has_value());
        CPPUNIT_ASSERT(run(*here_, "anna", seeks(11)).starts_with("{"));
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return same(); }));
        CPPUNIT_ASSERT(before != here_->room->room().part("playback"));
        CPPUNIT_ASSERT(here_->room->room().epoch != "e1");
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return ben_.heard("party:snapshot"); }));
        CPPUNIT_ASSERT(anna_.heard("party:snapshot"));
    }
    void fetches_what_was_published_while_it_did_not_hear() {
        auto room = std::move(there_->room);  // hears nothing
        for (int i = 0; i < 5; ++i) run(*here_, "anna", seeks(i + 1));
        there_->room = std::move(room);
        run(*here_, "anna", seeks(9));
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return same(); }));
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, ben_.types.size());
        CPPUNIT_ASSERT(!ben_.heard("party:snapshot"));
    }
    // While this one hears nothing.
    template <class Doing>
    void deaf(Place& place, Doing doing) {
        auto room = std::move(place.room);
        doing();
        asked(*loop_, place.redis, {"PING"});
        place.room = std::move(room);
    }
    void fetches_what_changed_without_an_event() {
        deaf(*here_, [this] { run(*there_, "ben", LiveRoom::loss_of("c-anna")); });
        CPPUNIT_ASSERT(!connection_of("anna", *here_).empty());
        CPPUNIT_ASSERT(run(*here_, "anna", seeks(5)).starts_with("{"));
        CPPUNIT_ASSERT(connection_of("anna", *here_).empty());
    }
    void follows_into_a_new_epoch() {
        deaf(*here_, [this] {
            asked(*loop_, there_->redis, {"FLUSHALL"});
            run(*there_, "ben", says("anybody there?"));
        });
        CPPUNIT_ASSERT(run(*here_, "anna", seeks(5)).starts_with("{"));
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return same(); }));
    }
    void says_unavailable_without_redis_and_goes_on_with_it() {
        server_->kill();
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return !here_->redis.up(); }));
        CPPUNIT_ASSERT_EQUAL(std::string{"unavailable"}, run(*here_, "anna", seeks(1)));
        server_->start();
        CPPUNIT_ASSERT(turn_until(*loop_, [this] {
            return here_->redis.up() && there_->redis.up() && here_->channels.up() &&
                   there_->channels.up();
        }));
        here_->room->reconcile();
        there_->room->reconcile();
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return same(); }));
        CPPUNIT_ASSERT(run(*here_, "anna", seeks(2)).starts_with("{"));
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return same(); }));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, there_->room->room().seats.size());
    }
    void forgets_one_that_leaves_whoever_it_was() {
        {
            Listener twice{"twice"};
            here_->room->attach("m_one", twice);
            here_->room->attach("m_other", twice);
            here_->room->detach(twice);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, here_->room->present());
        CPPUNIT_ASSERT(run(*here_, "anna", seeks(10)).starts_with("{"));
    }
    void bounds_what_all_members_do_together() {
        int taken = 0;
        while (here_->room->admits(Pace::transport) && taken < 1000) ++taken;
        CPPUNIT_ASSERT(taken >= 20 && taken < 1000);
        CPPUNIT_ASSERT(here_->room->admits(Pace::chat));
        CPPUNIT_ASSERT(here_->room->admits(Pace::ask));
    }
    void lets_members_go_when_the_room_is_over() {
        run(*here_, "anna",
            [](Room& room, const Act& act, party::Change& change) { end(room, act, {}, change); });
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return ben_.is_released; }));
        CPPUNIT_ASSERT(anna_.is_released && ben_.heard("party:ended"));
        CPPUNIT_ASSERT_EQUAL(std::string{"room_ended"}, run(*there_, "ben", says("still?")));
    }
    void keeps_an_empty_room_until_its_alarm() {
        for (const auto* name : {"anna", "ben"}) {
            run(*here_, name, [](Room& room, const Act& act, party::Change& change) {
                leave(room, act, {}, change);
            });
        }
        auto id = std::string{room_id};
        auto ends = asked(*loop_, here_->redis, {"PEXPIRETIME", "p:{" + id + "}"});
        auto alarm = asked(*loop_, here_->redis, {"ZSCORE", "p:dl", id + "|members"});
        CPPUNIT_ASSERT(ends && alarm && !alarm->text.empty());
        CPPUNIT_ASSERT(ends->integer > std::stoll(alarm->text) + 60'000);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PartyLiveRoomTest);

}  // namespace
