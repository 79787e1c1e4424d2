import { startTexts } from '@/shared/i18n/i18n';

await startTexts();
