import type { Offer } from './offer';

/** A change to the draft of an offer. */
export type Set = <F extends keyof Offer>(field: F, value: Offer[F]) => void;

/** What is wrong with a field, by the server's last answer. */
export type Wrong = (field: string) => string | undefined;

export interface Editing {
    draft: Offer;
    set: Set;
    wrong: Wrong;
    isReadOnly: boolean;
}

export const emptyOffer: Offer = {
    offer_id: -1,
    name: '',
    description: '',
    category: 'points',
    is_active: true,
    inactive_reason: null,
    status: 'draft',
    lifecycle_stage: null,
    target_segment: null,
    min_customer_value: null,
    max_customer_value: null,
    eligibility_rule: null,
    external_offer_id: null,
    external_system: 'manual',
    last_synced: null,
    valid_from: null,
    valid_until: null,
    channels: [],
    placements: [],
    price: null,
    value: null,
    redemption_cost: 0,
    contact_cost: 0,
    budget: null,
    currency: '',
    weight: 1,
    horizon_days: 14,
    caps: [],
    exclusion_group: null,
    one_time: false,
    is_service_message: false,
    tags: [],
    content: {},
    is_fallback: false,
    attributes: {},
    version: 0,
    created_at: '',
    updated_at: '',
};

const keptByBoon = ['version', 'created_at', 'updated_at', 'last_synced', 'inactive_reason'];

/** What is sent: without what boon keeps by itself, and without what a new offer leaves to the server. */
export function toSend(draft: Offer): Record<string, unknown> {
    const leftOut = [
        ...keptByBoon,
        ...(draft.offer_id < 0 ? ['offer_id'] : []),
        ...(draft.currency === '' ? ['currency'] : []),
    ];
    return Object.fromEntries(Object.entries(draft).filter(([field]) => !leftOut.includes(field)));
}

/** An instant as `datetime-local` has it, in the reader's time zone. */
export function toLocal(iso: string | null): string {
    if (!iso) {
        return '';
    }
    const at = new Date(iso);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocal(local: string): string | null {
    return local === '' ? null : new Date(local).toISOString();
}
