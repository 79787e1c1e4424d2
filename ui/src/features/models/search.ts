import { oneOf, word } from '@/shared/search';
import { z } from 'zod/mini';

/** `against`: the version beside it; `none` for no other. */
export const modelSearch = z.object({ tab: oneOf(['quality', 'drift', 'versions']), version: word, against: word });
