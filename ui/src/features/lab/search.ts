import { word, whole, yes } from '@/shared/search';
import { z } from 'zod/mini';

/** What is tried out stands in the URL, so that a link shows the same. */
export const labSearch = z.object({
    customer: word,
    placement: word,
    channel: word,
    context: z.catch(z.optional(z.record(z.string(), z.unknown())), undefined),
    suppose: z.catch(
        z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
        undefined,
    ),
    limit: whole,
    unknown: yes,
    step: word,
});
export type LabSearch = z.infer<typeof labSearch>;
