#include "program/app/job_kinds.h"

#include <array>

#include "action/tmf/product_catalog.h"
#include "program/app/audience_export.h"
#include "program/app/offer_figures.h"

namespace boon::app {

namespace {

constexpr std::array kKinds = {
    JobKind{"features", run_features},
    JobKind{"train", run_train},
    JobKind{"score", run_score},
    JobKind{"drift", run_drift},
    JobKind{"figures", run_figures},
    JobKind{"retention", run_retention},
    JobKind{"value", run_value},
    JobKind{"lifecycle", run_lifecycle},
    // On the same thread, so that a training sees one state of the warehouse.
    JobKind{"warehouse", run_warehouse},
    JobKind{tmf::kImportKind, run_tmf_import, JobThread::sync},
    JobKind{tmf::kExportKind, run_tmf_export, JobThread::sync},
    JobKind{"sync", run_sync, JobThread::sync},
    JobKind{"customers", run_customers, JobThread::sync},
    JobKind{kAudienceExportKind, run_audience_export, JobThread::sync},
};

}  // namespace

std::span<const JobKind> job_kinds() { return kKinds; }

}  // namespace boon::app
