import { day, whole, word } from '@/shared/search';
import { z } from 'zod/mini';

export const auditSearch = z.object({ who: word, what: word, target: word, from: day, to: day, open: whole });
