// What is supposed of a customer: as the URL has it, as the form edits it, and as the server is asked.
import type { Schemas } from '@/shared/api/client';
import type { Variable } from '@/shared/rules/variables';

/** By the name that rules use; null: not known. */
export type Supposed = Record<string, string | number | boolean | null>;

const ofStanding = ['stage', 'value_segment', 'lifetime_value'] as const;
const attribute = 'attributes.';

/** What a decision reads of a customer, but for what it works out itself or is told by the channel. */
export function supposable(variables: readonly Variable[]): Variable[] {
    return variables.filter(
        ({ name }) =>
            !['rfm_segment', 'channel', 'placement'].includes(name) &&
            (!name.includes('.') || name.startsWith(attribute)),
    );
}

/** As the server takes it. */
export function toRequest(supposed: Supposed): Schemas['SupposedInput'] {
    const request: Record<string, unknown> = {};
    const features: Supposed = {};
    const attributes: Supposed = {};
    for (const [name, value] of Object.entries(supposed)) {
        if ((ofStanding as readonly string[]).includes(name)) request[name] = value;
        else if (name.startsWith(attribute)) attributes[name.slice(attribute.length)] = value;
        else features[name] = value;
    }
    return { ...request, features, attributes } as Schemas['SupposedInput'];
}

/** A value in the making, as it is typed. */
export interface Line {
    name: string;
    text: string;
}

export function linesOf(supposed: Supposed | undefined): Line[] {
    return Object.entries(supposed ?? {}).map(([name, value]) => ({
        name,
        text: value === null ? '' : String(value).replace(/T00:00:00Z$/, ''),
    }));
}

/** Nothing: no line names anything. */
export function supposedOf(lines: readonly Line[], variables: readonly Variable[]): Supposed | undefined {
    const named = lines.filter((line) => line.name !== '');
    if (named.length === 0) return undefined;
    return Object.fromEntries(
        named.map(({ name, text }) => [
            name,
            typed(
                variables.find((v) => v.name === name),
                text,
            ),
        ]),
    );
}

/** A value of the variable's kind from what was typed; null where nothing was. */
export function typed(variable: Variable | undefined, text: string): string | number | boolean | null {
    const clean = text.trim();
    if (clean === '') return null;
    if (variable?.kind === 'boolean') return clean === 'true';
    if (variable?.kind === 'time') return clean.length === 10 ? `${clean}T00:00:00Z` : clean;
    const number = Number(clean);
    return variable?.kind === 'number' && Number.isFinite(number) ? number : clean;
}
