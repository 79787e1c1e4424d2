import { word } from '@/shared/search';
import { z } from 'zod/mini';

export const jobsSearch = z.object({ open: word });
