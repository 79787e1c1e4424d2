#include <algorithm>

#include "action/serving/engine.h"

namespace boon::serving {

namespace {

void append_offers(std::string& out, const Answer& answer) {
    const State& state = *answer.state;
    const auto& offers = state.snapshot->offers();
    out += '[';
    for (const decision::RankedOffer& ranked : answer.decision.offers) {
        if (out.back() != '[') out += ',';
        json::append_record(out, ranked);
        // The offer's own text was made when the state was: it goes in as the last member.
        out.back() = ',';
        out += "\"offer\":";
        out += state.offer_texts[static_cast<std::size_t>(state.snapshot->find(ranked.offer_id) - offers.data())];
        out += '}';
    }
    out += ']';
}

}  // namespace

std::string to_json(const Answer& answer) {
    std::string out;
    out.reserve(2048);
    boost::mp11::mp_for_each<MembersOf<decision::Decision>>([&](auto described) {
        out += out.empty() ? '{' : ',';
        json::append(out, std::string_view(described.name));
        out += ':';
        const auto& member = answer.decision.*described.pointer;
        using Member = std::remove_cvref_t<decltype(member)>;
        if constexpr (std::is_same_v<Member, std::vector<decision::RankedOffer>>) {
            append_offers(out, answer);
        } else {
            json::Codec<Member>::write(out, member, {});
        }
    });
    out += '}';
    return out;
}

}  // namespace boon::serving
