import { word, yes } from '@/shared/search';
import { z } from 'zod/mini';

/** `own`: only what this instance set itself. */
export const settingsSearch = z.object({ q: word, own: yes, open: word });
