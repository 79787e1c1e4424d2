import { day, oneOf } from '@/shared/search';
import { z } from 'zod/mini';

export const valueSearch = z.object({
    from: day,
    to: day,
    of: oneOf(['lifetime_value', 'predicted_ltv', 'revenue_365d']),
});
