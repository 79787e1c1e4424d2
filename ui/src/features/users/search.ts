import { word } from '@/shared/search';
import { z } from 'zod/mini';

export const usersSearch = z.object({ open: word });
