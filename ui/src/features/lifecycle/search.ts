import { day, word } from '@/shared/search';
import { z } from 'zod/mini';

export const lifecycleSearch = z.object({ from: day, to: day, stage: word });
