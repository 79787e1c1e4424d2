import { word } from '@/shared/search';
import { z } from 'zod/mini';

export const runSearch = z.object({ outcome: word });
