#include "insight/models/tree_ensemble.h"

namespace boon::models {

InstructionSet best_instruction_set() {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vbmi")) {
        return InstructionSet::avx512;
    }
    return __builtin_cpu_supports("avx2") ? InstructionSet::avx2 : InstructionSet::portable;
}

std::string_view instruction_set_name(InstructionSet set) {
    switch (set) {
        case InstructionSet::portable: return "portable";
        case InstructionSet::avx2: return "AVX2";
        case InstructionSet::avx512: return "AVX-512";
        case InstructionSet::best: return instruction_set_name(best_instruction_set());
    }
    return "?";
}

}  // namespace boon::models
