import { word } from '@/shared/search';
import { z } from 'zod/mini';

export const modelsSearch = z.object({ model: word, open: word });
