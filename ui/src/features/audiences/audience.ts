import type { Schemas } from '@/shared/api/client';
import type { Logic } from '@/shared/rules/logic';

export type Audience = Schemas['Audience'];
export type AudienceInput = Schemas['AudienceInput'];

export interface Draft {
    name: string;
    description: string;
    /** null: no condition yet; undefined: a part is no JSON yet. */
    rule: Logic | undefined;
}

/** A draft to begin with: of one stage's customers where a stage is given. */
export function emptyAudience(stage?: string): Draft {
    const rule = stage ? { '==': [{ var: 'stage' }, stage] } : null;
    return { name: stage ? `stage-${stage}` : '', description: '', rule };
}

/** There is a rule that the server can be asked about. */
export function hasRule({ rule }: Draft): boolean {
    return rule !== null && rule !== undefined;
}
