import { word } from '@/shared/search';
import { z } from 'zod/mini';

export const audiencesSearch = z.object({ open: word });
export const newAudienceSearch = z.object({ stage: word });
