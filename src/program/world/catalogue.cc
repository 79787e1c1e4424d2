#include "program/world/catalogue.h"

#include <fmt/format.h>

#include "platform/base/json.h"

namespace boon::world {

const std::array<WorldOffer, kOffers> kWorldOffers = {{
    {"Double points weekend", "Twice the points on everything bought from Friday to Sunday", "points", 6.0, 1.2, 0.05,
     0.10, 0.30, 0.20, 0, -3.15, 0.0},
    {"10 % off accessories", "Cases, chargers and headphones for a tenth less", "discount", 9.0, 3.0, 0.05, 0.50, 0.20,
     0.10, 1, -3.25, -1.0},
    {"Early access to new devices", "Order the new phones two days before everyone else", "access", 28.0, 2.0, 0.10,
     0.00, 0.50, 0.90, 0, -3.75, 1.0},
    {"Free next-day delivery", "Three months of next-day delivery at no charge", "shipping", 7.0, 2.5, 0.05, 0.30, 0.10,
     0.10, 4, -3.15, 0.0},
    {"5 GB data gift", "Five gigabytes on top, for thirty days", "special", 5.0, 1.0, 0.05, 0.60, 0.00, 0.40, 2, -3.20,
     -0.5},
    {"Bring a friend", "A bonus for both when a friend signs up", "referral", 35.0, 10.0, 0.10, 0.40, 0.90, 0.50, 3,
     -3.85, 0.5},
    {"Season sale voucher", "A voucher for the season sale, on top of its prices", "sale", 12.0, 5.0, 0.05, 0.80, 0.40,
     0.20, 5, -3.45, 0.0},
    {"Step up to Gold", "The Gold tier three months early, with its lounge and support", "tier", 20.0, 4.0, 0.10, 0.20,
     0.60, 0.60, 3, -3.60, 0.0},
}};

std::string offers_json(Timestamp start) {
    std::string json = "[\n";
    for (std::size_t i = 0; i < kOffers; ++i) {
        const WorldOffer& offer = kWorldOffers[i];
        json += fmt::format("  {{\"offer_id\": {}, \"name\": ", i);
        json::append(json, offer.name);
        json += ", \"description\": ";
        json::append(json, offer.description);
        json += fmt::format(
            ", \"category\": \"{}\", \"value\": {:.2f}, \"redemption_cost\": {:.2f}, \"contact_cost\": {:.2f}, "
            "\"horizon_days\": {}, \"valid_from\": \"{}\", \"channels\": [\"sms\", \"email\", \"app\", \"web\"], "
            "\"attributes\": {{\"discount\": {:.2f}, \"effort\": {:.2f}, \"novelty\": {:.2f}}}, "
            "\"lifecycle_stage\": null}}{}\n",
            offer.category, offer.value, offer.redemption_cost, offer.contact_cost, kHorizonDays, to_string(start),
            offer.discount, offer.effort, offer.novelty, i + 1 < kOffers ? "," : ""
        );
    }
    return json + "]\n";
}

}  // namespace boon::world
