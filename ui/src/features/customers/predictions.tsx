import { Divider, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { atCustomer } from '@/shared/api/customer-id';
import { useFormat } from '@/shared/format/use-format';
import { Section } from '@/shared/ui/screen';
import { Reasons } from '@/shared/ui/reasons';
import { Loaded } from '@/shared/ui/states';
import { OtherPredictions } from './other-predictions';

export function Predictions({ customerId }: { customerId: string }) {
    const { t } = useTranslation();
    return (
        <Section title={t('What is predicted?')}>
            <Stack gap="md">
                <Churn customerId={customerId} />
                <Divider />
                <Ltv customerId={customerId} />
                <Divider />
                <OtherPredictions customerId={customerId} />
            </Stack>
        </Section>
    );
}

function Fallback({ value }: { value: number | null }) {
    const { t } = useTranslation();
    return (
        <Text className="quiet small">
            {value === null
                ? t('No model serves, and no base rate is known.')
                : t('No model serves: this is the base rate, which says nothing about one customer.')}
        </Text>
    );
}

function Churn({ customerId }: { customerId: string }) {
    const { t } = useTranslation();
    const format = useFormat();
    const churn = $api.useQuery(
        'get',
        '/api/v1/customers/{customer_id}/predictions/churn',
        { params: atCustomer(customerId) },
        { retry: false },
    );
    return (
        <Loaded query={churn} lines={3}>
            {(data) => (
                <div>
                    <Text>
                        <b>{t('Leaves')}</b>{' '}
                        <span className="num">
                            {data.churn_probability === null ? '–' : format.percent(data.churn_probability)}
                        </span>{' '}
                        {data.will_churn !== null && (
                            <span className="quiet">
                                {data.will_churn
                                    ? t('above the threshold of {{p}}', { p: format.percent(data.threshold, 0) })
                                    : t('below the threshold of {{p}}', { p: format.percent(data.threshold, 0) })}
                            </span>
                        )}
                    </Text>
                    {data.is_fallback && <Fallback value={data.churn_probability} />}
                    {data.reasons && <Reasons reasons={data.reasons.effects} />}
                </div>
            )}
        </Loaded>
    );
}

function Ltv({ customerId }: { customerId: string }) {
    const { t } = useTranslation();
    const format = useFormat();
    const ltv = $api.useQuery(
        'get',
        '/api/v1/customers/{customer_id}/predictions/ltv',
        { params: atCustomer(customerId) },
        { retry: false },
    );
    return (
        <Loaded query={ltv} lines={3}>
            {(data) => (
                <div>
                    <Text>
                        <b>
                            {data.horizon_days === null
                                ? t('Will bring')
                                : t('Will bring in {{days}}', { days: format.days(data.horizon_days) })}
                        </b>{' '}
                        <span className="num">
                            {data.predicted_ltv === null ? '–' : format.money(data.predicted_ltv, data.currency)}
                        </span>{' '}
                        {data.lower !== null && data.upper !== null && (
                            <span className="quiet num">
                                {t('80 % between {{low}} and {{high}}', {
                                    low: format.money(data.lower, data.currency),
                                    high: format.money(data.upper, data.currency),
                                })}
                            </span>
                        )}
                    </Text>
                    {data.is_fallback && <Fallback value={data.predicted_ltv} />}
                    {data.reasons && <Reasons reasons={data.reasons.effects} />}
                </div>
            )}
        </Loaded>
    );
}
