// The parts that searches in URLs are made of. What cannot be read counts as not given: an old link still opens.
import { z } from 'zod/mini';

// Without functions made of text, which the page's policy forbids.
z.config({ jitless: true });

/** The router reads `?customer=42` as a number. */
export const word = z.catch(
    z.optional(z.pipe(z.union([z.string(), z.number(), z.boolean()]), z.transform(String))),
    undefined,
);
export const whole = z.catch(z.optional(z.int()), undefined);
export const yes = z.catch(z.optional(z.boolean()), undefined);
export const day = z.catch(z.optional(z.iso.date()), undefined);
export const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
    z.catch(z.optional(z.enum(names)), undefined);
