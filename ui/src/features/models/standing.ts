// How a model's versions stand to one another.
import type { Schemas } from '@/shared/api/client';

export type ModelVersion = Schemas['ModelVersion'];

/** Versions are UUIDs that begin with their time: what tells two of them apart stands at the end. */
export const shortId = (version: string): string => version.slice(-8);

export interface Standing {
    name: string;
    champion: ModelVersion | undefined;
    newest: ModelVersion;
    /** Newer than the champion, passed by the gate, and not serving. */
    waiting: ModelVersion | undefined;
}

/** One a model, by name; `versions` are the newest first, as the server lists them. */
export function standingsOf(versions: ModelVersion[]): Standing[] {
    const names = [...new Set(versions.map((v) => v.name))].toSorted();
    return names.flatMap((name) => standingOf(versions.filter((v) => v.name === name)) ?? []);
}

export function standingOf(versions: ModelVersion[]): Standing | undefined {
    const [newest] = versions;
    if (!newest) {
        return undefined;
    }
    const champion = versions.find((v) => v.state === 'champion');
    const waiting = versions.find(
        (v) =>
            (v.state === 'candidate' || v.state === 'challenger') &&
            v.gate_passed &&
            v.created_at > (champion?.created_at ?? ''),
    );
    return { name: newest.name, champion, newest, waiting };
}

/** What a roll back makes the champion again: the one promoted last before it. */
export function championBefore(versions: ModelVersion[]): ModelVersion | undefined {
    const since = versions.find((v) => v.state === 'champion')?.promoted_at;
    if (!since) {
        return undefined;
    }
    return versions
        .filter((v) => v.promoted_at !== null && v.promoted_at < since)
        .toSorted((a, b) => (b.promoted_at ?? '').localeCompare(a.promoted_at ?? ''))[0];
}

export interface Pair {
    version: ModelVersion;
    against: ModelVersion | undefined;
}

/**
 * Which version to look at, and beside which: as asked for; else what serves beside what served before, and any other
 * beside what serves.
 */
export function pairOf(versions: ModelVersion[], asked: { version?: string; against?: string }): Pair | undefined {
    const standing = standingOf(versions);
    if (!standing) {
        return undefined;
    }
    const named = (id: string | undefined) => versions.find((v) => v.version === id);
    const version = named(asked.version) ?? standing.champion ?? standing.newest;
    if (asked.against === 'none') {
        return { version, against: undefined };
    }
    const usual = version === standing.champion ? championBefore(versions) : standing.champion;
    const against = named(asked.against) ?? usual;
    return { version, against: against === version ? undefined : against };
}

export type Act = 'promote' | 'retire' | 'rollback';

/** What the server would let somebody do with a version. */
export function actsOf(version: ModelVersion, versions: ModelVersion[]): Act[] {
    if (version.state === 'champion') {
        return championBefore(versions) ? ['rollback'] : [];
    }
    const promote: Act[] = version.gate_passed ? ['promote'] : [];
    return version.state === 'retired' ? promote : [...promote, 'retire'];
}
