import { oneOf, whole, word } from '@/shared/search';
import { z } from 'zod/mini';

/** Every filter of the list, as the URL holds it; several values are separated by commas, as in the API. */
export const offersSearch = z.object({
    q: word,
    status: word,
    category: word,
    lifecycle_stage: word,
    target_segment: word,
    channel: word,
    placement: word,
    tag: word,
    external_system: word,
    sort: word,
    order: oneOf(['asc', 'desc']),
    open: whole,
    view: oneOf(['figures']),
    days: whole,
    by: oneOf(['history', 'decisions']),
});
export type OffersSearch = z.infer<typeof offersSearch>;

export const offerSearch = z.object({ tab: oneOf(['edit', 'figures', 'versions']), from: whole, to: whole });
