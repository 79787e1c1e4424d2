// Ranks the products of every customer by the model that serves.
#pragma once

#include "program/app/app.h"
#include "program/app/job_kinds.h"

namespace boon::app {

// How many customers have a ranking now; 0 where no model of products serves. Those who have no purchase lose theirs.
Result<std::int64_t> rank_products(App& app, std::size_t threads, const Progress& progress);

}  // namespace boon::app
