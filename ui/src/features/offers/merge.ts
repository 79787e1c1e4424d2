// Two people changed one offer: what one of them changed alone is taken, and only what both changed is asked.
import { sameLogic } from '@/shared/rules/logic';

type Fields = Record<string, unknown>;

export interface Conflict {
    field: string;
    base: unknown;
    mine: unknown;
    theirs: unknown;
}

export interface Merged {
    /** Theirs with what only I changed. */
    merged: Fields;
    conflicts: Conflict[];
    /** What I changed and nobody else did. */
    mine: string[];
    theirs: string[];
}

/** Kept by boon itself: never anybody's change. */
const kept = new Set(['version', 'created_at', 'updated_at', 'last_synced', 'inactive_reason']);

export function merge(base: Fields, mine: Fields, theirs: Fields): Merged {
    const result: Merged = { merged: { ...theirs }, conflicts: [], mine: [], theirs: [] };
    for (const field of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
        if (kept.has(field)) {
            continue;
        }
        const iChanged = !sameLogic(base[field], mine[field]);
        const theyChanged = !sameLogic(base[field], theirs[field]);
        if (iChanged && theyChanged && !sameLogic(mine[field], theirs[field])) {
            result.conflicts.push({ field, base: base[field], mine: mine[field], theirs: theirs[field] });
        } else if (iChanged && !theyChanged) {
            result.merged[field] = mine[field];
            result.mine.push(field);
        } else if (theyChanged) {
            result.theirs.push(field);
        }
    }
    return result;
}
