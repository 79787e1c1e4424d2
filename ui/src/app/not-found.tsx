import { useTranslation } from 'react-i18next';
import { Screen } from '@/shared/ui/screen';
import { Empty } from '@/shared/ui/states';
import { LinkText } from '@/shared/ui/links';

export function NotFound() {
    const { t } = useTranslation();
    return (
        <Screen title={t('Not found')}>
            <Empty title={t('There is no such page')} action={<LinkText to="/">{t('Go to Home')}</LinkText>}>
                {t('The address may be mistyped, or what it named is gone.')}
            </Empty>
        </Screen>
    );
}
