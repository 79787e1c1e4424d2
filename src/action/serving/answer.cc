#include "action/serving/answer.h"

#include <algorithm>

namespace boon::serving {

namespace {

// A part of the answer's text that the decision's own does not have.
struct Added {
    std::size_t begin;
    std::size_t end;
};

void append_offers(std::string& out, const Answer& answer, std::vector<Added>& added) {
    const State& state = *answer.state;
    out += '[';
    for (const decision::RankedOffer& ranked : answer.decision.offers) {
        if (out.back() != '[') out += ',';
        json::append_record(out, ranked);
        // The offer's own text goes in as the last member.
        const std::size_t begin = out.size() - 1;
        out.back() = ',';
        out += "\"offer\":";
        state.offer_texts->append(out, state.snapshot->place_of(ranked.offer_id).value());
        added.push_back({begin, out.size()});
        out += '}';
    }
    out += ']';
}

std::string text_of(const Answer& answer, std::vector<Added>& added) {
    std::string out;
    out.reserve(4096);
    boost::mp11::mp_for_each<MembersOf<decision::Decision>>([&](auto described) {
        out += out.empty() ? '{' : ',';
        json::append(out, std::string_view(described.name));
        out += ':';
        const auto& member = answer.decision.*described.pointer;
        using Member = std::remove_cvref_t<decltype(member)>;
        if constexpr (std::is_same_v<Member, std::vector<decision::RankedOffer>>) {
            append_offers(out, answer, added);
        } else {
            json::Codec<Member>::write(out, member, {});
        }
    });
    out += '}';
    return out;
}

}  // namespace

std::string to_json(const Answer& answer) {
    std::vector<Added> added;
    return text_of(answer, added);
}

Texts texts_of(const Answer& answer) {
    std::vector<Added> added;
    Texts texts{.answer = text_of(answer, added), .decision = {}};
    texts.decision.reserve(texts.answer.size());
    std::size_t taken = 0;
    for (const Added& part : added) {
        texts.decision.append(texts.answer, taken, part.begin - taken);
        taken = part.end;
    }
    texts.decision.append(texts.answer, taken);
    return texts;
}

}  // namespace boon::serving
