import { word } from '@/shared/search';
import { z } from 'zod/mini';

export const webhooksSearch = z.object({ open: word });
